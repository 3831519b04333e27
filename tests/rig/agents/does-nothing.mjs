// An agent that claims to be done and changed nothing.

console.log("All requirements are implemented and all tests pass.");
