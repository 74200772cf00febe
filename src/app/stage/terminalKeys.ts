/** What a key does at the command line, decided from the key and the line alone. */
export type KeyAction =
  | { readonly do: 'submit' | 'complete' | 'older' | 'newer' | 'leave' }
  | { readonly do: 'signal'; readonly key: '^C' | '^D' | '^Z' | '^L' }
  | { readonly do: 'edit'; readonly value: string; readonly caret: number };

/** The parts of a keyboard event that matter here. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  /** A Korean syllable is still being put together; the key belongs to the input method. */
  readonly composing: boolean;
}

/** The line as it stands; `selected` when text is marked anywhere on the page or in the line. */
export interface EditedLine {
  readonly value: string;
  readonly caret: number;
  readonly selected: boolean;
}

function control(key: string, line: EditedLine): KeyAction | undefined {
  const { value, caret } = line;
  switch (key.toLowerCase()) {
    case 'c':
      // With marked text Ctrl+C copies, as in every browser.
      return line.selected ? undefined : { do: 'signal', key: '^C' };
    case 'd':
      return value === ''
        ? { do: 'signal', key: '^D' }
        : { do: 'edit', value: value.slice(0, caret) + value.slice(caret + 1), caret };
    case 'z':
      // In a line with text Ctrl+Z takes back the last edit, as in every browser.
      return value === '' ? { do: 'signal', key: '^Z' } : undefined;
    case 'l':
      return { do: 'signal', key: '^L' };
    case 'a':
      return { do: 'edit', value, caret: 0 };
    case 'e':
      return { do: 'edit', value, caret: value.length };
    case 'u':
      return { do: 'edit', value: value.slice(caret), caret: 0 };
    case 'k':
      return { do: 'edit', value: value.slice(0, caret), caret };
    case 'p':
      return { do: 'older' };
    case 'n':
      return { do: 'newer' };
    default:
      return undefined;
  }
}

/** The action of a key press, or undefined when the browser's own is right. Tab on an empty line moves the focus on. */
export function keyAction(press: KeyPress, line: EditedLine): KeyAction | undefined {
  if (press.composing || press.metaKey || press.altKey) return undefined;
  if (press.ctrlKey) return press.shiftKey ? undefined : control(press.key, line);
  switch (press.key) {
    case 'Enter':
      return { do: 'submit' };
    case 'ArrowUp':
      return { do: 'older' };
    case 'ArrowDown':
      return { do: 'newer' };
    case 'Tab':
      return press.shiftKey || line.value === '' ? undefined : { do: 'complete' };
    case 'Escape':
      return { do: 'leave' };
    default:
      return undefined;
  }
}

/** A stretch of a command line with the look it gets. */
export interface Token {
  readonly look: 'command' | 'option' | 'quoted' | 'operator' | 'plain';
  readonly text: string;
}

/** Colours a command line lightly: the first word of each command, options, quotes, operators. Never wrong enough to mind, never parsed. */
export function tokensOf(line: string): readonly Token[] {
  const tokens: Token[] = [];
  let first = true;
  for (const [text] of line.matchAll(/'[^']*'?|"(?:\\.|[^"\\])*"?|&&|\|\||[|;&]|[<>]+|\s+|(?:\\.|[^\s|;&<>'"])+/g)) {
    if (/^\s/.test(text)) tokens.push({ look: 'plain', text });
    else if (/^(?:&&|\|\||[|;&])$/.test(text)) {
      tokens.push({ look: 'operator', text });
      first = true;
    } else if (/^[<>]/.test(text)) tokens.push({ look: 'operator', text });
    else if (/^['"]/.test(text)) tokens.push({ look: 'quoted', text });
    else if (first && !/^\w+=/.test(text)) {
      tokens.push({ look: 'command', text });
      first = false;
    } else tokens.push({ look: /^-/.test(text) ? 'option' : 'plain', text });
  }
  return tokens;
}
