import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

type Rgb = readonly [number, number, number];

/** OKLCH to linear sRGB (CSS Color 4, §18), clipped to the gamut. */
function linear(lightness: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clip(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clip(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clip(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(one: Rgb, other: Rgb): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const colour = 'oklch\\(([\\d.]+) ([\\d.]+) ([\\d.]+)\\)';
const tokens = new Map<string, readonly [Rgb, Rgb]>();
for (const [, name = '', ...numbers] of readFileSync('src/app/theme/tokens.css', 'utf8').matchAll(
  new RegExp(`--([a-z-]+): light-dark\\(${colour}, ${colour}\\);`, 'g'),
)) {
  const [l1 = 0, c1 = 0, h1 = 0, l2 = 0, c2 = 0, h2 = 0] = numbers.map(Number);
  tokens.set(name, [linear(l1, c1, h1), linear(l2, c2, h2)]);
}

const kinds = ['net', 'pid', 'mnt', 'uts', 'ipc', 'user', 'cgroup', 'time'];
const grounds = ['paper', 'sheet', 'faint'];
const texts = ['ink', 'soft', 'accent', 'made', 'ok', 'bad', ...kinds];

const pairs: readonly (readonly [string, string, number])[] = [
  ...texts.flatMap((text) => grounds.map((ground) => [text, ground, 4.5] as const)),
  ...['accent', 'made', 'ok', 'bad', ...kinds].map((text) => [text, `${text}-wash`, 4.5] as const),
  ...['accent', 'made', 'ok', 'bad', ...kinds].map((wash) => ['ink', `${wash}-wash`, 7] as const),
  ['on-accent', 'accent', 4.5],
  ['paper', 'ink', 7],
  ['edge', 'paper', 3],
  ['edge', 'sheet', 3],
];

it('every colour of the drawing has a token', () => {
  expect(tokens.size).toBeGreaterThan(texts.length + grounds.length);
});

it.each(pairs)('%s on %s reaches %d in both themes', (text, ground, least) => {
  for (const theme of [0, 1]) {
    const [front, back] = [tokens.get(text)?.[theme], tokens.get(ground)?.[theme]];
    if (front === undefined || back === undefined) throw new Error(`no token ${text} or ${ground}`);
    expect(contrast(front, back)).toBeGreaterThanOrEqual(least);
  }
});

it('the hues of the namespace kinds stand at equal lightness', () => {
  const lightness = new Set(
    kinds.map((kind) =>
      new RegExp(`--${kind}: light-dark\\(oklch\\(([\\d.]+)[^)]*\\), oklch\\(([\\d.]+)`)
        .exec(readFileSync('src/app/theme/tokens.css', 'utf8'))
        ?.slice(1)
        .join(' '),
    ),
  );
  expect(lightness.size).toBe(1);
});
