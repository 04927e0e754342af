import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePythonLiteral, type PythonValue } from '../../../src/core/onnx/pythonLiteral';

function read(text: string): PythonValue {
  const result = parsePythonLiteral(text);
  if (!result.ok) throw new Error(`${result.error.message} at ${result.error.at}`);
  return result.value;
}

describe('parsePythonLiteral', () => {
  it.each<[string, PythonValue]>([
    ['None', null],
    [' True ', true],
    ['[640, 640]', [640, 640]],
    ['(4, 3)', [4, 3]],
    ['(4,)', [4]],
    ['(4)', 4],
    ['()', []],
    ['{}', new Map()],
    ['{1, 2}', [1, 2]],
    ["{0: 'dog'}", new Map([[0, 'dog']])],
    [`{0: ['nose', "dog's chin"]}`, new Map([[0, ['nose', "dog's chin"]]])],
    [
      "{'batch': 1, 'nms': None,}",
      new Map<string, PythonValue>([
        ['batch', 1],
        ['nms', null],
      ]),
    ],
    ['-1.5e3', -1500],
    ['.5', 0.5],
    ['0x1F', 31],
    ['1_000', 1000],
    ['-inf', -Infinity],
    [String.raw`'a\'b\\c\n\x41é\U0001F436\101'`, "a'b\\c\nAé🐶A"],
    [String.raw`'\q'`, '\\q'],
    [`'two ' "parts"`, 'two parts'],
    ["''", ''],
  ])('reads %s', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    '',
    '[1, 2',
    '[1 2]',
    '[,]',
    "'open",
    '{1: 2, 3}',
    '{1, 2: 3}',
    '{[1]: 2}',
    '1 2',
    'dog',
    '-True',
    "PosixPath('/home')",
    '__import__("os")',
    String.raw`'\x4'`,
    String.raw`'\UFFFFFFFF'`,
  ])('refuses %s', (text) => {
    expect(parsePythonLiteral(text).ok).toBe(false);
  });

  it('refuses nesting that would exhaust the stack', () => {
    expect(parsePythonLiteral('['.repeat(100_000)).ok).toBe(false);
  });

  it('reads back what Python would print', () => {
    const leaf = fc.oneof(
      fc.constantFrom<PythonValue>(null, true, false),
      fc.integer(),
      fc.string({ unit: 'grapheme' }),
    );
    const { value } = fc.letrec<{ value: PythonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.array(fc.tuple(fc.integer(), tie('value')), { maxLength: 4 }).map((e) => new Map(e)),
      ),
    }));
    fc.assert(
      fc.property(value, (v) => {
        expect(read(repr(v))).toEqual(v);
      }),
      { numRuns: 1000 },
    );
  });

  it('answers any text, with an error inside it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...`[]{}(),:'"\\0x1eE.-+_ nTrueNone\n`.split('')) }),
        (text) => {
          const result = parsePythonLiteral(text);
          if (!result.ok) expect(result.error.at).toBeLessThanOrEqual(text.length);
        },
      ),
      { numRuns: 20_000 },
    );
  });
});

/** Python's repr. */
function repr(value: PythonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = value
      .replace(/\\/g, '\\\\')
      .replace(/\n/g, '\\n')
      .replaceAll(quote, `\\${quote}`);
    return quote + escaped + quote;
  }
  if (value instanceof Map) {
    return `{${[...value].map(([k, v]) => `${repr(k as PythonValue)}: ${repr(v as PythonValue)}`).join(', ')}}`;
  }
  return `[${(value as readonly PythonValue[]).map(repr).join(', ')}]`;
}
