import path from 'node:path'
import { checkLayers } from './layers/check-layers.ts'

const { violations, modulesRead, filesFound } = await checkLayers(path.join(import.meta.dirname, '..'))
for (const violation of violations) console.error(violation)
if (modulesRead < filesFound) console.error(`only ${modulesRead} of ${filesFound} files were read`)
if (violations.length > 0 || modulesRead < filesFound) process.exit(1)
console.log(`Layers: ${modulesRead} modules, no violations.`)
