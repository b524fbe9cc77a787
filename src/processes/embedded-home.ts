import { existsSync } from 'node:fs'
import path from 'node:path'
import { clusterDirectory } from '../platform/embedded/cluster.ts'
import type { Config } from './config.ts'

/** Where the embedded database lives, with its port and passwords. */
export const embeddedHome = (config: Config): string => path.join(config.dataDirectory, 'postgres')

/** Whether this process works on an embedded database that was made before. */
export const hasEmbeddedDatabase = (config: Config): boolean =>
  config.database.url === null && existsSync(clusterDirectory(embeddedHome(config)))
