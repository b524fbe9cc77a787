export type {
  Bot,
  BotAnswer,
  BotDesk,
  BotEffect,
  BotIntakes,
  BotOffice,
  BotPlaces,
  BotPorts,
  BotPublicStatus,
  BotTurn,
  BotVillage,
  OwnIntake,
  OwnIntakeDetails,
  OwnMember,
  PublicAnswer,
} from './bot.ports.ts'
export { type BotDeps, createBot } from './bot.service.ts'
export { type BotState, FRESH_STATE, recognised } from './bot-state.ts'
export { type Meaning, recognise } from './recognise.domain.ts'
