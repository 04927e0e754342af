/**
 * Reads Python literals. Ultralytics writes every metadata value as `str(value)`: dicts with integer keys,
 * strings in either quote, True and None. That is not JSON, and replacing quotes breaks on "dog's".
 * Nothing is evaluated.
 */
import { fail, ok, type Result } from '../types';

export type PythonKey = string | number | boolean | null;
/** Lists, tuples and sets are arrays; dicts are Maps in order. */
export type PythonValue = PythonKey | readonly PythonValue[] | PythonDict;
export type PythonDict = ReadonlyMap<PythonKey, PythonValue>;

/** Narrows to a dict. */
export function isPythonDict(value: PythonValue | undefined): value is PythonDict {
  return value instanceof Map;
}

/** Narrows to a list, tuple or set. */
export function isPythonList(value: PythonValue | undefined): value is readonly PythonValue[] {
  return Array.isArray(value);
}

export interface LiteralError {
  readonly message: string;
  /** Character at which reading stopped. */
  readonly at: number;
}

/** Deeper nesting is refused, so that a hostile value cannot exhaust the stack. */
const DEEPEST = 64;

class LiteralSyntaxError extends Error {}

/** Parses one literal: None, True, False, numbers, strings, lists, tuples, sets and dicts. Never throws. */
export function parsePythonLiteral(text: string): Result<PythonValue, LiteralError> {
  const parser = new LiteralParser(text);
  try {
    return ok(parser.whole());
  } catch (error) {
    if (!(error instanceof LiteralSyntaxError)) throw error;
    return fail({ message: error.message, at: Math.min(parser.at, text.length) });
  }
}

const CLOSERS: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' };
const WORDS = new Map<string, PythonValue>([
  ['None', null],
  ['True', true],
  ['False', false],
  ['nan', NaN],
  ['inf', Infinity],
]);
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
};
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const SPACE = /[ \t\r\n\f]*/y;
const NUMBER =
  /[+-]?(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y;
const WORD = /[+-]?[A-Za-z_]\w*/y;

class LiteralParser {
  at = 0;

  constructor(private readonly text: string) {}

  whole(): PythonValue {
    const value = this.value(0);
    this.take(SPACE);
    if (this.at < this.text.length) throw this.unexpected();
    return value;
  }

  private value(depth: number): PythonValue {
    if (depth > DEEPEST) throw new LiteralSyntaxError('nested too deeply');
    this.take(SPACE);
    const next = this.text[this.at];
    if (next === undefined) throw this.unexpected();
    if (next === '"' || next === "'") return this.strings();
    if (next in CLOSERS) return this.container(next, depth);
    const number = this.take(NUMBER);
    if (number !== '') return Number(number.replace(/_/g, ''));
    return this.word();
  }

  private word(): PythonValue {
    const start = this.at;
    const word = this.take(WORD);
    const sign = word.startsWith('-') ? -1 : 1;
    const value = WORDS.get(word.replace(/^[+-]/, ''));
    if (value === undefined || (/^[+-]/.test(word) && typeof value !== 'number')) {
      this.at = start;
      throw this.unexpected();
    }
    return typeof value === 'number' ? sign * value : value;
  }

  private container(open: string, depth: number): PythonValue {
    const close = CLOSERS[open]!;
    this.at++;
    const items: PythonValue[] = [];
    const dict = new Map<PythonKey, PythonValue>();
    let isDict = open === '{';
    let commas = 0;
    for (;;) {
      this.take(SPACE);
      if (this.text[this.at] === close) break;
      if (items.length + dict.size > commas) throw this.unexpected();
      const item = this.value(depth + 1);
      this.take(SPACE);
      if (open === '{' && this.text[this.at] === ':' && items.length === 0) {
        this.at++;
        dict.set(this.key(item), this.value(depth + 1));
        this.take(SPACE);
      } else {
        if (dict.size > 0) throw this.unexpected();
        isDict = false;
        items.push(item);
      }
      if (this.text[this.at] === ',') {
        this.at++;
        commas = items.length + dict.size;
      }
    }
    this.at++;
    if (isDict) return dict;
    // (x) is x in brackets, (x,) a tuple.
    return open === '(' && items.length === 1 && commas === 0 ? items[0]! : items;
  }

  private key(value: PythonValue): PythonKey {
    if (typeof value === 'object' && value !== null) {
      throw new LiteralSyntaxError('a dict key is a container');
    }
    return value;
  }

  /** One string, or several side by side, which Python joins. */
  private strings(): string {
    let all = '';
    for (let quote = this.text[this.at]; quote === '"' || quote === "'";) {
      all += this.string(quote);
      this.take(SPACE);
      quote = this.text[this.at];
    }
    return all;
  }

  private string(quote: string): string {
    this.at++;
    const parts: string[] = [];
    for (;;) {
      const char = this.text[this.at++];
      if (char === undefined || char === '\n')
        throw new LiteralSyntaxError('a string does not end');
      if (char === quote) return parts.join('');
      parts.push(char === '\\' ? this.escape() : char);
    }
  }

  private escape(): string {
    const char = this.text[this.at++] ?? '';
    const simple = ESCAPES[char];
    if (simple !== undefined) return simple;
    const digits = HEX_DIGITS[char];
    if (digits !== undefined) {
      const hex = this.text.slice(this.at, this.at + digits);
      const code = /^[\da-fA-F]+$/.test(hex) && hex.length === digits ? parseInt(hex, 16) : NaN;
      if (!(code <= 0x10ffff)) throw new LiteralSyntaxError('a string has a bad escape');
      this.at += digits;
      return String.fromCodePoint(code);
    }
    if (/[0-7]/.test(char)) {
      const octal = /^[0-7]{1,3}/.exec(this.text.slice(this.at - 1, this.at + 2))![0];
      this.at += octal.length - 1;
      return String.fromCharCode(parseInt(octal, 8));
    }
    // Quotes and the backslash stand for themselves; Python leaves unknown escapes as they are.
    return char === '"' || char === "'" || char === '\\' ? char : `\\${char}`;
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private unexpected(): LiteralSyntaxError {
    const char = this.text[this.at];
    return new LiteralSyntaxError(
      char === undefined ? 'the value ends too early' : `unexpected ${JSON.stringify(char)}`,
    );
  }
}
