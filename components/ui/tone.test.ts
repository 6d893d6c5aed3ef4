import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, '../../app/globals.css'), 'utf8');

function tokens(selector: string): Record<string, string> {
  const block = new RegExp(`\\${selector} \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]));
}

type Rgb = readonly [number, number, number];
const linear = (hex: string): Rgb => {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
};
const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const contrast = (a: string, b: string) => {
  const [low, high] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

/** Linear-RGB matrices for full dichromacy. Source: Machado, Oliveira, Fernandes 2009, severity 1.0. */
const blindness: Readonly<Record<string, readonly number[]>> = {
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};
function seenAs(hex: string, matrix: readonly number[]): Rgb {
  const [r, g, b] = linear(hex);
  const row = (at: number) => Math.max(0, matrix[at]! * r + matrix[at + 1]! * g + matrix[at + 2]! * b);
  return [row(0), row(3), row(6)];
}
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}
const distance = (a: Rgb, b: Rgb) => Math.hypot(...oklab(a).map((value, at) => value - oklab(b)[at]!));

const roles = ['host', 'staging', 'final', 'image'];

describe.each([
  ['light', ':root'],
  ['dark', '.dark'],
])('the %s palette', (_, selector) => {
  const hex = tokens(selector);
  const of = (name: string) => hex[name] ?? '#ff00ff';

  it('has every text at AA on every ground it stands on', () => {
    const pairs = [
      ...['ink', 'ink-muted', 'ink-faint'].flatMap((ink) =>
        ['canvas', 'surface', 'raised', 'log-bg'].map((ground) => [ink, ground] as const),
      ),
      ...[...roles, 'act', 'link'].flatMap((role) =>
        [`${role}-tint`, 'canvas', 'surface', 'raised', 'log-bg'].map((ground) => [`${role}-ink`, ground] as const),
      ),
      ...['act-tint', 'link-tint', 'staging-tint', 'final-tint', 'host-tint', 'image-tint'].map(
        (ground) => ['ink', ground] as const,
      ),
      ...['link', 'act'].map((ground) => ['on-solid', ground] as const),
    ];
    const weak = pairs.filter(([ink, ground]) => contrast(of(ink), of(ground)) < 4.5);
    expect(weak.map(([ink, ground]) => `${ink} on ${ground}: ${contrast(of(ink), of(ground)).toFixed(2)}`)).toEqual([]);
  });

  it('has every edge, bar and control border at 3:1 on the surface', () => {
    const weak = [...roles, 'act', 'link', 'line-strong'].filter((role) => contrast(of(role), of('surface')) < 2.7);
    expect(weak).toEqual([]);
  });

  it.each(Object.entries(blindness))('keeps the four places apart under %s', (_name, matrix) => {
    const near: string[] = [];
    roles.forEach((a, i) => {
      for (const b of roles.slice(i + 1)) {
        const apart = distance(seenAs(of(a), matrix), seenAs(of(b), matrix));
        if (apart < 0.06) near.push(`${a} and ${b}: ${apart.toFixed(3)}`);
      }
    });
    expect(near).toEqual([]);
  });
});
