/**
 * The heatmap's colours: a path through OKLab resampled to equal steps of its distance, so that equal
 * differences of similarity look equally large, in light and dark. Lightness is monotonic: it also
 * reads in grey. Source of OKLab: Björn Ottosson, https://bottosson.github.io/posts/oklab/.
 */
export type Rgb = readonly [number, number, number];
type Lab = readonly [number, number, number];

/** Lightness, chroma, hue in degrees. */
type Stop = readonly [number, number, number];

/** Low to high similarity. Light theme: from paper to deep ink; dark theme: from night to pale light. */
const STOPS: Readonly<Record<'light' | 'dark', readonly Stop[]>> = {
  light: [
    [0.965, 0.018, 100],
    [0.82, 0.075, 165],
    [0.62, 0.095, 205],
    [0.44, 0.105, 250],
    [0.27, 0.09, 285],
  ],
  dark: [
    [0.23, 0.03, 285],
    [0.4, 0.095, 265],
    [0.58, 0.095, 215],
    [0.76, 0.1, 175],
    [0.95, 0.07, 105],
  ],
};

export const PALETTE_SIZE = 256;

/** 256 colours, low to high. */
export function palette(theme: 'light' | 'dark'): readonly Rgb[] {
  const fine = densePath(STOPS[theme]);
  const along = [0];
  for (let i = 1; i < fine.length; i++) {
    along.push(along[i - 1]! + distance(fine[i - 1]!, fine[i]!));
  }
  const total = along[along.length - 1]!;
  const colours: Rgb[] = [];
  let at = 0;
  for (let i = 0; i < PALETTE_SIZE; i++) {
    const want = (total * i) / (PALETTE_SIZE - 1);
    while (at < along.length - 2 && along[at + 1]! < want) at++;
    const part = (want - along[at]!) / (along[at + 1]! - along[at]!);
    colours.push(toRgb(mix(fine[at]!, fine[at + 1]!, part)));
  }
  return colours;
}

/** The stops joined by Catmull-Rom curves in OKLab. */
function densePath(stops: readonly Stop[]): Lab[] {
  const points = stops.map(([l, c, h]): Lab => {
    const angle = (h * Math.PI) / 180;
    return [l, c * Math.cos(angle), c * Math.sin(angle)];
  });
  const path: Lab[] = [];
  const steps = 400;
  for (let s = 0; s + 1 < points.length; s++) {
    const [b, c] = [points[s]!, points[s + 1]!];
    const a = points[s - 1] ?? b;
    const d = points[s + 2] ?? c;
    for (let i = 0; i <= steps; i++) {
      if (i === steps && s + 2 < points.length) continue;
      const t = i / steps;
      const at = (k: 0 | 1 | 2): number =>
        0.5 *
        (2 * b[k] +
          (c[k] - a[k]) * t +
          (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t +
          (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t * t * t);
      path.push([at(0), at(1), at(2)]);
    }
  }
  return path;
}

const distance = (a: Lab, b: Lab): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

const mix = (a: Lab, b: Lab, t: number): Lab => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
];

function toRgb([l, a, b]: Lab): Rgb {
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encode(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    encode(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    encode(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

/** Linear light to an 8-bit sRGB value. */
function encode(linear: number): number {
  const x = Math.min(1, Math.max(0, linear));
  const value = x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055;
  return Math.round(255 * value);
}

/** OKLab of an 8-bit sRGB colour, for tests of the palette. */
export function toLab(rgb: Rgb): Lab {
  const [r, g, b] = rgb.map((value) => {
    const x = value / 255;
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const medium = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  ];
}

/** Pixels as 32-bit words for an ImageData (little-endian RGBA, which is every machine a browser runs on). */
export function words(colours: readonly Rgb[]): Uint32Array {
  return Uint32Array.from(colours, ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0);
}

/** A CSS gradient of the palette, low at the left. */
export function gradient(colours: readonly Rgb[]): string {
  const stops = Array.from({ length: 17 }, (_, i) => {
    const [r, g, b] = colours[Math.round((i * (PALETTE_SIZE - 1)) / 16)]!;
    return `rgb(${r} ${g} ${b})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
