import { readFileSync } from 'node:fs';

/** The kernel counts in these, whatever its own clock is (`getconf CLK_TCK`; sysconf(3)). */
const ticksPerSecond = 100;

/** Seconds of CPU that all programs of this machine have used so far; proc_stat(5). */
export function cpuSecondsOfMachine(): number {
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0] = readFileSync('/proc/stat', 'utf8')
    .slice('cpu'.length, 200)
    .trim()
    .split(/\s+/)
    .map(Number);
  return (user + nice + system + interrupts + softInterrupts) / ticksPerSecond;
}

/** Seconds of CPU that a process has used so far, in its own code and in the kernel for it. Linux only; proc_pid_stat(5). */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name stands in parentheses and may hold anything; user and system time are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
