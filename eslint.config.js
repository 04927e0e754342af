import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Who may import whom (ARCHITECTURE.md, "Rooms"). `target` may not import `from`. */
const zones = [
  { target: './src/core', from: './src', except: ['./core'] },
  { target: './src/platform/browser', from: './src', except: ['./core', './platform/browser'] },
  { target: './src/platform/node', from: './src', except: ['./core', './platform/node'] },
  { target: './src/worker', from: './src', except: ['./core', './platform/browser', './worker'] },
  { target: './src/worker/client', from: './src/platform' },
  { target: './src/state', from: './src', except: ['./core', './worker/contract.ts', './state'] },
  { target: './src/ui', from: './src', except: ['./core', './state', './ui'] },
  ...['intake', 'photos', 'matrix', 'galleries', 'models', 'verdict', 'report'].map((feature) => ({
    target: `./src/ui/${feature}`,
    from: './src/ui',
    except: [`./${feature}`, './shared'],
  })),
  { target: './src/ui/shared', from: './src/ui', except: ['./shared'] },
  { target: './scripts', from: './src', except: ['./core', './platform/node'] },
];

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '.work', '.tsbuild', 'public/ort', 'coverage'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createTypeScriptImportResolver({ noWarnOnMultipleProjects: true }),
      ],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Numeric kernels index typed arrays whose bounds the loop proves; a check per pixel would cost real time.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
    },
  },
  {
    // The core is pure: no runtime, no framework, no platform.
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                'node:*',
                'onnxruntime-*',
                'react*',
                'zustand*',
                'comlink',
                'sharp',
                'idb',
                'recharts',
              ],
              message: 'src/core is pure TypeScript: no platform, no runtime, no framework.',
            },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        'window',
        'document',
        'navigator',
        'self',
        'process',
        'Buffer',
        'performance',
      ],
    },
  },
  {
    files: ['src/ui/**/*.tsx', 'src/main.tsx'],
    plugins: { 'react-hooks': reactHooks, 'jsx-a11y': jsxA11y },
    rules: { ...reactHooks.configs.recommended.rules, ...jsxA11y.configs.recommended.rules },
  },
  {
    // Only the worker's client may be reached from the entry point; the ui never sees it.
    files: ['src/ui/**/*.{ts,tsx}', 'src/state/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['onnxruntime-*', 'comlink', 'node:*'],
              message: 'Inference belongs to the workers.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { ...globals.node } },
  },
);
