import enCoverage from '../../../contracts/text/en/coverage.json' with { type: 'json' }
import idCoverage from '../../../contracts/text/id/coverage.json' with { type: 'json' }
import { createTexts } from '../../lib/text.ts'
import en from './en.json' with { type: 'json' }
import id from './id.json' with { type: 'json' }

export const useCoverageText = createTexts(id, en)

// What files and the public page say about the same things.
export const useCoverageTerms = createTexts(idCoverage, enCoverage)
