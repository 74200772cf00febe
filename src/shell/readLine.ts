import { OPEN_FILE } from '../engine/linux/file.ts';
import type { System } from '../engine/linux/system.ts';

/** A line being read, bytes as they come so that nothing is taken from who reads next. */
export interface Line {
  readonly text: string;
  readonly state: 'whole' | 'end' | 'wait';
  readonly channel?: string;
}

/**
 * Reads up to `stop` from a descriptor and leaves the rest for others: a terminal gives lines anyway, a file's offset
 * is set back, anything else is read one character at a time.
 */
export function readLine(sys: System, fd: number, got: string, stop = '\n', most = Number.MAX_SAFE_INTEGER): Line {
  let text = got;
  const file = sys.file(fd);
  const seeks = file?.kind === 'inode' || file?.kind === 'text';
  for (let steps = 0; steps < 100_000; steps++) {
    if (text.length >= most) return { text, state: 'whole' };
    const read = sys.read(fd, file?.kind === 'tty' ? 65536 : seeks ? 4096 : 1);
    if (!read.ok) {
      const channel = sys.channel(fd);
      return read.error === 'EAGAIN' && channel !== undefined
        ? { text, state: 'wait', channel }
        : { text, state: 'end' };
    }
    if (read.value === '') return { text, state: 'end' };
    const at = read.value.indexOf(stop);
    const cut = Math.min(at < 0 ? read.value.length : at, most - text.length);
    text += read.value.slice(0, cut);
    const ended = at >= 0 && cut === at;
    const over = read.value.length - cut - (ended ? 1 : 0);
    const now = sys.file(fd);
    if (over > 0 && seeks && now) sys.tx.patch(OPEN_FILE, now.id, { offset: now.offset - over });
    if (ended) return { text, state: 'whole' };
  }
  return { text, state: 'end' };
}
