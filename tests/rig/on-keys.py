# What does an interactive shell make of keys, such as the one that completes? Arguments: the shell's command as JSON list, a
# prompt to wait for, and a JSON list of [keys, text to wait for]. Prints a JSON list of what appeared in each step; a step
# that waits in vain ends with what was seen until then.

import fcntl, json, os, pty, select, signal, struct, sys, termios, time

command, prompt, steps = json.loads(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)

fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
seen = []
for keys, wanted in [["", prompt], *steps]:
    os.write(terminal, keys.encode())
    text = ""
    deadline = time.monotonic() + 30
    while wanted not in text and time.monotonic() < deadline:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if not ready:
            continue
        try:
            text += os.read(terminal, 65536).decode(errors="replace")
        except OSError:
            break
    seen.append(text)
os.kill(pid, signal.SIGHUP)
os.close(terminal)
os.waitpid(pid, 0)
print(json.dumps(seen[1:]))
