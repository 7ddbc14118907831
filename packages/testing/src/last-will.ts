import { spawn } from 'node:child_process';

/**
 * Sees to it that a process group we started dies when this process ends, in whatever way: also by SIGKILL, where no
 * handler of ours runs. Returns how to withdraw this, for when it is gone.
 */
export function killAfterUs(groupLeaderPid: number): () => void {
  return will('process', String(groupLeaderPid));
}

/** Sees to it that a folder is removed when this process ends. Returns how to withdraw this, for when it is gone. */
export function removeAfterUs(folder: string): () => void {
  return will('folder', folder);
}

// Reads its instructions from a pipe that only we hold. The pipe's end means that we have died.
const EXECUTOR_SCRIPT = `
IFS='
'
set -f
without() {
  for entry in $1; do [ "$entry" = "$2" ] || printf '%s\\n' "$entry"; done
}
while read -r line; do
  value=\${line#* }
  case $line in
    'add-process '*) processes="$processes$IFS$value" ;;
    'add-folder '*) folders="$folders$IFS$value" ;;
    'withdraw-process '*) processes=$(without "$processes" "$value") ;;
    'withdraw-folder '*) folders=$(without "$folders" "$value") ;;
  esac
done
for pid in $processes; do kill -s KILL -- "-$pid"; done
for folder in $folders; do
  # The processes that write there take a moment to die.
  for try in 1 2 3 4 5; do rm -rf -- "$folder" && break; sleep 0.2; done
done
`;

type Subject = 'process' | 'folder';

let executor: { tell(instruction: string): void } | undefined;

function will(subject: Subject, value: string): () => void {
  executor ??= startExecutor();
  const { tell } = executor;
  tell(`add-${subject} ${value}\n`);
  return () => tell(`withdraw-${subject} ${value}\n`);
}

/** One small shell per process that needs it; in a process group of its own, so that Ctrl-C does not reach it. */
function startExecutor() {
  const shell = spawn('/bin/sh', ['-c', EXECUTOR_SCRIPT, 'jetbridge-test-executor'], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  const pipe = shell.stdin;
  // It breaks only if somebody killed the shell: then nobody is left to tell.
  pipe.on('error', () => undefined);
  // Neither the shell nor the pipe to it keeps this process from ending.
  if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  return { tell: (instruction: string) => pipe.write(instruction) };
}
