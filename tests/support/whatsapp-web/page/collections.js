// The models of the page, in the shapes that whatsapp-web.js reads.

/** Takes several names at once, as the page's own collections do. */
export class Emitter {
  #handlers = new Map()

  on(names, handler) {
    for (const name of names.split(' ')) this.#handlers.set(name, [...(this.#handlers.get(name) ?? []), handler])
  }

  off(name, handler) {
    const rest = (this.#handlers.get(name) ?? []).filter((known) => known !== handler)
    this.#handlers.set(name, rest)
  }

  once(name, handler) {
    const wrapped = (...args) => {
      this.off(name, wrapped)
      handler(...args)
    }
    this.on(name, wrapped)
  }

  emit(name, ...args) {
    for (const handler of this.#handlers.get(name) ?? []) handler(...args)
  }

  isHeard(name) {
    return (this.#handlers.get(name) ?? []).length > 0
  }
}

const WID = /^([\w.-]+)@(c\.us|lid|g\.us|broadcast|newsletter|s\.whatsapp\.net)$/

/** The methods are on the prototype: they do not come through to Node. */
export class Wid {
  constructor(text) {
    const parts = WID.exec(text)
    if (!parts) throw new Error('wid error: invalid wid')
    this.server = parts[2]
    this.user = parts[1]
    this._serialized = text
  }

  isLid() {
    return this.server === 'lid'
  }
  isUser() {
    return this.server === 'c.us' || this.server === 'lid'
  }
  isGroup() {
    return this.server === 'g.us'
  }
  isStatus() {
    return this._serialized === 'status@broadcast'
  }
  toJid() {
    return this._serialized
  }
  toString() {
    return this._serialized
  }
}

const KEY_FIELD = { serialized: '_serialized', dollar_one: '$1', third: '$7k' }
const keyTexts = new WeakMap()

/** The name of a message. Which field holds its text depends on the build of WhatsApp Web. */
export function createMessageKeyClass(shape) {
  return class MsgKey {
    constructor({ from, to, id, participant, selfDir, fromMe, remote }) {
      this.fromMe = fromMe ?? selfDir === 'out'
      this.remote = remote ?? (this.fromMe ? to : from)
      this.id = id
      if (participant) this.participant = participant
      if (selfDir) this.self = selfDir
      const text = `${this.fromMe}_${this.remote._serialized}_${id}`
      keyTexts.set(this, text)
      this[KEY_FIELD[shape]] = text
    }

    static async newId() {
      const bytes = crypto.getRandomValues(new Uint8Array(9))
      return `3EB0${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`.toUpperCase()
    }

    toString() {
      return keyTexts.get(this)
    }
  }
}

export class MessageModel extends Emitter {
  constructor(data) {
    super()
    if ('__x_id' in data) {
      throw new Error("Data passed to getter must include an id property (it's how we memoize) but got undefined")
    }
    Object.assign(this, data)
    if (data.directPath) Object.defineProperty(this, 'mediaObject', { value: {}, enumerable: false })
  }

  // Own fields only, as they are: wids and keys are still objects here.
  serialize() {
    return { ...this }
  }
  unsafe() {
    return this
  }
  msgContextInfo() {
    return { quotedStanzaID: this.id.id, quotedMsg: { body: this.body } }
  }
}

export class MessageCollection extends Emitter {
  #models = new Map()

  get(key) {
    return key === undefined || key === null ? undefined : this.#models.get(String(key))
  }

  put(model) {
    this.#models.set(String(model.id), model)
    return model
  }

  drop(model) {
    this.#models.delete(String(model.id))
  }

  getModelsArray() {
    return [...this.#models.values()]
  }

  async getMessagesById(keys) {
    return { messages: keys.map((key) => this.get(key)).filter(Boolean) }
  }
}

export class ChatModel {
  constructor(wid, messages) {
    this.id = wid
    this.mute = { expiration: 0 }
    this.formattedTitle = wid.user
    this.unreadCount = 0
    this.msgs = {
      getModelsArray: () =>
        messages.getModelsArray().filter((model) => model.id.remote._serialized === wid._serialized),
    }
  }

  serialize() {
    return { id: this.id, formattedTitle: this.formattedTitle, unreadCount: this.unreadCount }
  }
}
