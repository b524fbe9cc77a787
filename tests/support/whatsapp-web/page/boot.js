import { Wid } from './collections.js'
import { createModules, createRecordingRequire } from './modules.js'
import { forgetDevice, post, readDevice, writeDevice } from './server-line.js'

const config = JSON.parse(document.querySelector('#config').textContent)
const world = createModules(config)
const { Socket, Cmd, Conn, Msg, Chat } = world
const recorder = createRecordingRequire(world.modules, (name) => void post('missing', { name }).catch(() => {}))
window.require = recorder.require
if (!config.noDebug) window.Debug = { VERSION: config.webVersion }

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const until = async (condition) => {
  while (!condition()) await wait(5)
}

let device

async function sync() {
  world.setState('CONNECTED')
  if (config.neverSync) return
  // The library must be listening first; `eagerSync` is the case in which it is not.
  await until(() => Socket.isHeard('change:hasSynced'))
  await wait(config.syncMs)
  for (const percent of [33, 66, 100]) world.setProgress(percent)
  Socket.hasSynced = true
  Socket.emit('change:hasSynced', Socket, true)
}

async function pair() {
  if (device) return
  device = crypto.randomUUID()
  await writeDevice(device)
  world.setState('PAIRING')
  await post('paired', { page: config.page, device })
  await sync()
}

async function unlink() {
  await forgetDevice()
  device = undefined
  Cmd.emit('logout')
  await wait(20)
  location.href = '/?post_logout=1'
}

function applyEvent(event) {
  const known = Msg.get(world.toModel(event.message).id)
  world.pairs(event)
  if (event.kind === 'ack') {
    const model = known ?? Msg.put(world.toModel({ ...event.message, isNew: false }))
    model.ack = event.ack
    Msg.emit('change:ack', model, event.ack)
    Msg.emit('change', model)
    return
  }
  if (known) return
  const model = Msg.put(world.toModel({ ...event.message, isNew: true }))
  Msg.emit('add', model)
  const chat = world.chatOf(model.id.remote)
  if (event.message.fromMe) return
  chat.unreadCount++
  Chat.emit('change:unreadCount', chat)
}

// Told to the server only when the library has heard it: whatever is under way when the page dies comes again.
const queue = []
let isDraining = false
async function drain() {
  if (isDraining) return
  isDraining = true
  while (queue.length > 0) {
    await until(() => Socket.hasSynced && Msg.isHeard('add'))
    const batch = queue.splice(0)
    for (const event of batch) applyEvent(event)
    await post('seen', { page: config.page, seq: batch.at(-1).seq })
  }
  isDraining = false
}

/** Something in front of the page, closed by Escape or by any of its buttons. */
function openDialog({ closesOnEscape, buttons }) {
  const dialog = document.createElement('div')
  dialog.setAttribute('role', 'dialog')
  dialog.textContent = 'Yang baru'
  for (let index = 0; index < buttons; index++) {
    const button = document.createElement('button')
    button.textContent = 'Lanjutkan'
    button.onclick = () => dialog.remove()
    dialog.append(button)
  }
  if (closesOnEscape) addEventListener('keydown', ({ key }) => key === 'Escape' && dialog.remove(), { once: true })
  document.body.append(dialog)
  return document.querySelectorAll('[role=dialog]').length
}

function edit({ id, body, at }) {
  const model = Msg.getModelsArray().find((known) => known.id.id === id)
  const before = model.body
  model.body = body
  model.latestEditSenderTimestampMs = at
  Msg.emit('change:body', model, body, before)
}

const commands = {
  edit,
  openDialog,
  closeDialogs: () => document.querySelectorAll('[role=dialog]').forEach((dialog) => dialog.remove()),
  countDialogs: () => document.querySelectorAll('[role=dialog]').length,
  pair,
  unlink,
  refreshQr: () => world.refreshQr(),
  qrIdle: () => world.setState('UNPAIRED_IDLE'),
  setState: ({ state }) => world.setState(state),
  resync: () => Socket.emit('change:hasSynced', Socket, true),
  reload: () => location.reload(),
  react: ({ from }) =>
    world.modules.WAWebAddonReactionTableMode.reactionTableMode.bulkUpsert([
      { id: { id: 'R1' }, reactionParentKey: { id: 'P1' }, reactionTimestamp: Date.now(), from: { _serialized: from } },
    ]),
  throwUncaught: () =>
    void setTimeout(() => {
      throw new Error('an error of the page itself')
    }),
  spin: ({ ms }) => {
    const end = Date.now() + ms
    while (Date.now() < end);
  },
  downloads: () => world.downloads,
  contract: () => recorder.contract(),
}

function listen() {
  const source = new EventSource(`/stand-in/events?page=${config.page}&device=${device ?? ''}`)
  source.onmessage = ({ data }) => {
    const told = JSON.parse(data)
    if (told.kind !== 'command') {
      queue.push(told)
      void drain()
      return
    }
    // Answered before it is done where doing it takes the page away.
    const answer = (value) => post('answer', { call: told.call, value: value ?? null })
    if (['unlink', 'reload', 'spin', 'pair'].includes(told.name)) void answer().then(() => commands[told.name](told))
    else void answer(commands[told.name](told))
  }
}

async function boot() {
  device = await readDevice()
  const { linked, chats } = await post('boot', { page: config.page, device: device ?? null })
  for (const { chat, t } of chats) world.chatOf(new Wid(chat)).t = t
  if (device && !linked) {
    await forgetDevice()
    device = undefined
  }
  listen()
  await wait(config.bootMs)
  if (config.stuckOpening) return
  if (device) {
    if (config.eagerSync) Socket.hasSynced = true
    await (config.eagerSync ? world.setState('CONNECTED') : sync())
    return
  }
  Conn.ref = `2@${crypto.randomUUID()}`
  world.setState('UNPAIRED')
  if (config.qrRefreshMs) {
    setInterval(() => Socket.state === 'UNPAIRED' && world.refreshQr(), config.qrRefreshMs)
  }
  if (config.autoPair) {
    await until(() => Conn.isHeard('change:ref'))
    await pair()
  }
}

void boot()
