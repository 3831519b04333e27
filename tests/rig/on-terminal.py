# What appears on a terminal of its own, as a person has one, when keys are typed? Arguments: the command to start there as
# a JSON list, a prompt to wait for, a JSON list of [keys, text to wait for, lines to wait for], and perhaps the file that has
# that many lines by the end of the step. Prints a JSON list of what appeared in each step; a step that waits in vain ends with what was seen
# until then.

import fcntl, json, os, pty, select, signal, struct, sys, termios, time

command, prompt, steps = json.loads(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
awaited = sys.argv[4] if len(sys.argv) > 4 else None
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)

fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))


def has_lines(many):
    return many == 0 or (os.path.exists(awaited) and open(awaited).read().count("\n") >= many)


seen = []
for keys, wanted, *lines in [["", prompt], *steps]:
    os.write(terminal, keys.encode())
    text = ""
    deadline = time.monotonic() + 60
    while not (wanted in text and has_lines(sum(lines))) and time.monotonic() < deadline:
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
