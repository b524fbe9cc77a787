import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

export const paths = {
  root,
  results: path.join(root, 'bench/results'),
  cache: path.join(root, 'bench/.cache'),
  harness: path.join(root, 'bench/harness'),
  reference: path.join(root, 'bench/reference'),
} as const
