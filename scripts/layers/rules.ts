import type { IForbiddenRuleType } from 'dependency-cruiser'

/** Which front doors a feature may use: the table of docs/architecture.md. */
export const FEATURE_USES: Record<string, readonly string[]> = {
  regions: [],
  audit: [],
  accounts: ['regions', 'audit'],
  intake: ['regions', 'accounts', 'audit'],
  bpjs: ['audit'],
  verification: ['intake', 'bpjs', 'accounts', 'audit'],
  whatsapp: ['audit'],
  webhooks: [],
  console: [],
  enrolment: ['intake', 'bpjs', 'accounts', 'audit'],
  coverage: ['regions'],
  matching: ['regions', 'bpjs', 'audit'],
  campaigns: ['regions', 'accounts', 'matching', 'intake', 'audit'],
}

const TESTS = String.raw`\.test\.ts$`

const layer = (name: string, from: string, to: string, comment: string): IForbiddenRuleType => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: TESTS },
  to: { path: to },
})

/** Inside a feature imports point left: domain, repository, service, routes and jobs. */
const kind = (name: string, from: string, to: string): IForbiddenRuleType => ({
  name,
  comment: 'domain <- repository <- service <- routes, jobs',
  severity: 'error',
  from: { path: String.raw`^src/features/.+\.(?:${from})\.ts$` },
  to: { path: String.raw`^src/features/.+\.(?:${to})\.ts$` },
})

const featureTable: IForbiddenRuleType[] = Object.entries(FEATURE_USES).map(([feature, uses]) => ({
  name: `feature-table-${feature}`,
  comment: `${feature} may use ${uses.join(', ') || 'no other feature'}`,
  severity: 'error',
  from: { path: `^src/features/${feature}/`, pathNot: TESTS },
  to: { path: '^src/features/[^/]+/', pathNot: `^src/features/(?:${[feature, ...uses].join('|')})/` },
}))

export const LAYER_RULES: IForbiddenRuleType[] = [
  {
    name: 'no-cycle',
    comment: 'Modules that need each other are one module, or hide a third. Types count.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  layer('contracts-first', '^src/contracts/', '^src/(?!contracts/)', 'contracts know nothing of ours'),
  {
    name: 'contracts-run-anywhere',
    comment: 'the console shares them with the server',
    severity: 'error',
    from: { path: '^src/contracts/', pathNot: TESTS },
    to: { dependencyTypes: ['core'] },
  },
  layer('platform-second', '^src/platform/', '^src/(?!contracts/|platform/)', 'platform knows contracts only'),
  layer('features-third', '^src/features/', '^src/(?:processes|web|main)', 'features do not know who runs them'),
  layer('processes-fourth', '^src/processes/', '^src/(?:web|main)', 'processes are run by main'),
  layer('web-knows-contracts', '^src/web/', '^src/(?!web/|contracts/)', 'the console knows contracts only'),
  layer('product-without-tests', '^src/', '^(?:tests|scripts|bench)/', 'the product does not need its tests or tools'),
  {
    name: 'front-door',
    comment: 'another feature is entered through its index.ts only',
    severity: 'error',
    from: { path: '^src/features/([^/]+)/', pathNot: TESTS },
    to: { path: '^src/features/[^/]+/', pathNot: String.raw`^src/features/(?:$1/|[^/]+/index\.ts$)` },
  },
  {
    name: 'front-door-of-processes',
    comment: 'processes enter features through an index.ts',
    severity: 'error',
    from: { path: '^src/processes/' },
    to: { path: '^src/features/[^/]+/', pathNot: String.raw`/index\.ts$` },
  },
  ...featureTable,
  {
    name: 'feature-has-a-row',
    comment: 'a new feature states what it may use in scripts/layers/rules.ts',
    severity: 'error',
    from: { path: '^src/features/[^/]+/', pathNot: `^src/features/(?:${Object.keys(FEATURE_USES).join('|')})/` },
    to: {},
  },
  kind('domain-is-pure', 'domain', 'repository|service|routes|jobs|command'),
  {
    name: 'domain-without-input-and-output',
    comment: 'rules and state machines are functions of their arguments',
    severity: 'error',
    from: { path: String.raw`^src/features/.+\.domain\.ts$` },
    to: {
      path: String.raw`^src/platform/(?:db|queue|outbox|http|files|embedded|config)/|node_modules/(?:pg|kysely|fastify|undici|bullmq|ioredis)/|^(?:node:)?(?:fs|net|http|https|child_process)(?:/|$)`,
    },
  },
  kind('repository-below-service', 'repository', 'service|routes|jobs|command'),
  kind('service-below-routes', 'service', 'routes|jobs|command'),
  kind('routes-through-services', 'routes|jobs', 'repository'),
  {
    name: 'mock-and-client-apart',
    comment: 'they check each other against the published vectors: shared code would hide a shared mistake',
    severity: 'error',
    from: { path: '^src/features/bpjs/(mock|protocol)/', pathNot: TESTS },
    to: { path: '^src/features/bpjs/(?:mock|protocol)/', pathNot: '^src/features/bpjs/$1/' },
  },
]
