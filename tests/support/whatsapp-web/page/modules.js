import { ChatModel, createMessageKeyClass, Emitter, MessageCollection, MessageModel, Wid } from './collections.js'
import { createMediaModules } from './media.js'
import { post } from './server-line.js'

/** Everything behind `window.require`: the modules of WhatsApp Web that whatsapp-web.js 1.34.7 asks for. */
export function createModules(config) {
  const MsgKey = createMessageKeyClass(config.keyShape)
  const Msg = new MessageCollection()
  const Chat = new Emitter()
  const chats = new Map()
  const lids = new Map()
  const phones = new Map()

  const chatOf = (wid) => {
    const known = chats.get(wid._serialized)
    if (known) return known
    const chat = new ChatModel(wid, Msg)
    chats.set(wid._serialized, chat)
    return chat
  }
  // Never from memory: so every send asks the server whether this recipient is to fail.
  Chat.get = () => undefined
  Chat.getModelsArray = () => [...chats.values()]

  const Socket = Object.assign(new Emitter(), {
    state: 'OPENING',
    hasSynced: false,
    logout: () => post('unlink', { page: config.page }),
    takeover() {},
    reconnect() {},
  })
  const Cmd = Object.assign(new Emitter(), { refreshQR: () => refreshQr() })
  const Conn = Object.assign(new Emitter(), {
    ref: undefined,
    serialize: () => ({ pushname: 'Puskesmas Uji', platform: 'android' }),
  })
  const refreshQr = () => {
    Conn.ref = `2@${crypto.randomUUID()}`
    if (Socket.state === 'UNPAIRED_IDLE') setState('UNPAIRED')
    Conn.emit('change:ref', Conn, Conn.ref)
  }
  const setState = (state) => {
    Socket.state = state
    Socket.emit('change:state', Socket, state)
  }

  const me = new Wid(`${config.ownPhone}@c.us`)
  const own = () => (Socket.state === 'CONNECTED' || Socket.hasSynced ? me : undefined)
  const pairs = ({ lid, phone }) => {
    if (!lid || !phone) return
    lids.set(phone, new Wid(lid))
    phones.set(lid, new Wid(phone))
  }

  const toModel = (data) => {
    const remote = new Wid(data.chat)
    const from = new Wid(data.fromMe ? me._serialized : data.from)
    return new MessageModel({
      ...data.extra,
      id: new MsgKey({ fromMe: data.fromMe, remote, id: data.id, selfDir: data.fromMe ? 'out' : 'in' }),
      ack: data.ack,
      body: data.body,
      type: data.type,
      from,
      to: data.fromMe ? remote : me,
      t: data.t,
      isNewMsg: data.isNew,
      self: data.fromMe ? 'out' : 'in',
    })
  }

  /** Hands a text to the server. What becomes of it is the server's decision. */
  const deliver = async (model) => {
    const answer = await post('send', {
      page: config.page,
      id: model.id.id,
      to: model.to._serialized,
      body: model.body,
      t: model.t,
      type: model.type,
      caption: model.caption ?? null,
      directPath: model.directPath ?? null,
    })
    if (answer.fate === 'lost') Msg.drop(model)
    if (answer.fate === 'never_settles') return await new Promise(() => {})
    if (answer.fate === 'rejected') throw new Error(answer.error)
    return { messageSendResult: answer.result, ...answer.details }
  }

  const Contact = { find: async (wid) => ({ id: wid, serialize: () => ({ id: wid }) }) }
  const contactGetters = {}
  for (const name of ['IsMe', 'IsUser', 'IsGroup', 'IsWAContact', 'VerifiedName', 'VerifiedLevel', 'StatusMute']) {
    contactGetters[`get${name}`] = () => undefined
  }
  for (const name of ['Name', 'ShortName', 'Pushname', 'IsEnterprise']) contactGetters[`get${name}`] = () => undefined
  contactGetters.getUserid = (contact) => contact.id.user

  const downloads = { Photos: true, Videos: true, Audio: true, Documents: true }
  const preferences = {}
  for (const kind of Object.keys(downloads)) {
    preferences[`getAutoDownload${kind}`] = () => downloads[kind]
    preferences[`setAutoDownload${kind}`] = async (flag) => {
      downloads[kind] = flag
    }
  }

  let progress = 0
  const modules = {
    ...createMediaModules(config),
    WAWebSocketModel: { Socket },
    WAWebCmd: { Cmd },
    WAWebConnModel: { Conn },
    WAWebOfflineHandler: { OfflineMessageHandler: { getOfflineDeliveryProgress: () => progress } },
    WABase64: { encodeB64: (bytes) => btoa(String.fromCharCode(...bytes)) },
    WAWebUserPrefsInfoStore: { waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: new Uint8Array(32) } }) } },
    WAWebSignalStoreApi: {
      waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: new Uint8Array(32) } }) },
    },
    WAWebUserPrefsGeneral: preferences,
    WAWebUserPrefsMultiDevice: { getADVSecretKey: () => 'c3RhbmQtaW4=' },
    WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
    WAWebAdvSignatureApi: {},
    WAWebAltDeviceLinkingApi: {
      setPairingType() {},
      initializeAltDeviceLinking: async () => {},
      initializeQRLinking: async () => {},
      startAltLinkingFlow: async (phone) => (await post('pairing-code', { page: config.page, phone })).code,
    },
    WAWebLaunchSocketUtils: { refreshQR: refreshQr },
    WAWebMiscBrowserUtils: { info: () => ({ os: 'Linux', name: 'Chrome' }) },
    WAWebUserPrefsMeUser: { getMaybeMePnUser: own, getMaybeMeLidUser: () => undefined },
    WAWebCollections: { Msg, Chat, Contact, Blocklist: { get: () => undefined } },
    WAWebSyncGatingUtils: { isPlaceholderMessageResendEnabled: () => false },
    WAWebCallCollection: {},
    WAWebAddonReactionTableMode: { reactionTableMode: { bulkUpsert() {} } },
    WAWebAddonPollVoteTableMode: { pollVoteTableMode: { bulkUpsert() {} } },
    WAWebBackendJobsCommon: { mediaTypeFromProtobuf: () => null },
    WAWebE2EProtoUtils: { typeAttributeFromProtobuf: () => 'text' },
    WAWebWidFactory: {
      createWid: (like) => new Wid(like._serialized ?? like),
      createWidFromWidLike: (like) => new Wid(like._serialized),
      asUserWidOrThrow: (wid) => wid,
    },
    WAWebQueryExistsJob: {
      async queryWidExists(wid) {
        const found = await post('exists', { wid: wid._serialized })
        pairs(found)
        return found.address ? { wid: new Wid(found.address) } : null
      },
    },
    WAWebApiContact: {
      getCurrentLid: (wid) => lids.get(wid._serialized),
      getPhoneNumber: (wid) => phones.get(wid._serialized),
      getAlternateUserWid: () => undefined,
    },
    WAWebFindChatAction: {
      async findOrCreateLatestChat(wid) {
        const { error } = await post('chat', { wid: wid._serialized })
        if (error) throw new Error(error)
        return { chat: chatOf(wid) }
      },
    },
    WAWebChatGetters: { getIsNewsletter: () => false, getIsBroadcast: () => false },
    WAWebChatLoadMessages: {
      async loadEarlierMsgs({ chat }) {
        const known = chat.msgs.getModelsArray().map((model) => model.id.id)
        const { messages } = await post('history', { chat: chat.id._serialized, known })
        return messages.map((data) => Msg.put(toModel({ ...data, isNew: false })))
      },
    },
    WAWebStreamModel: { Stream: { markAvailable() {}, markUnavailable() {} } },
    WAWebUpdateUnreadChatAction: { sendSeen: async () => {} },
    WALinkify: { findLink: () => undefined, findLinks: () => [] },
    WAWebLinkPreviewChatAction: { getLinkPreview: async () => undefined },
    WAWebMsgKey: MsgKey,
    WAWebGetEphemeralFieldsMsgActionsUtils: { getEphemeralFields: () => ({}) },
    WAWebSendMsgChatAction: {
      addAndSendMsgToChat(_chat, message) {
        const model = Msg.put(new MessageModel(message))
        Msg.emit('add', model)
        const result = deliver(model)
        result.catch(() => {})
        return [Promise.resolve(model), result]
      },
    },
    WAWebMsgReply: { canReplyMsg: () => true },
    WAWebContactGetters: contactGetters,
    WAWebFrontendContactGetters: { getIsMyContact: () => false },
    WAWebNonMessageDataRequestPlaceholderMessageResendUtils: { handlePlaceholderMsgsSeen() {} },
  }
  if (config.fixedSendAction) Object.freeze(modules.WAWebSendMsgChatAction)
  for (const name of config.withoutModules) delete modules[name]

  return {
    modules,
    downloads,
    Socket,
    Cmd,
    Conn,
    Msg,
    Chat,
    chatOf,
    toModel,
    pairs,
    refreshQr,
    setState,
    setProgress(percent) {
      progress = percent
      Cmd.emit('offline_progress_update_from_bridge')
    },
  }
}

/** `window.require` that remembers what it was asked for. Names a member as `Module.member` when a module does not have it. */
export function createRecordingRequire(modules, onMissing) {
  const asked = new Set()
  const missing = new Set()
  const miss = (name) => {
    if (!missing.has(name)) onMissing(name)
    missing.add(name)
  }
  const proxies = new Map()
  const require = (name) => {
    asked.add(name)
    const known = modules[name]
    if (known === undefined) {
      miss(name)
      throw new Error(`Requiring unknown module "${name}"`)
    }
    if (proxies.has(name)) return proxies.get(name)
    const proxy = new Proxy(known, {
      get(target, member) {
        if (typeof member === 'string' && !(member in target) && member !== 'then') miss(`${name}.${member}`)
        return Reflect.get(target, member)
      },
    })
    proxies.set(name, proxy)
    return proxy
  }
  return { require, contract: () => ({ asked: [...asked].sort(), missing: [...missing].sort() }) }
}
