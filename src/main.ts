// The door: starts the command line, and is the one place where a bug is caught.

console.error("not built yet");
process.exitCode = 2;
