/** What each sealed value is bound to: one that is moved to another row or column does not open. */
export const sealContext = {
  phone: (contactId: string): string => `whatsapp_contact:${contactId}:phone`,
  address: (contactId: string): string => `whatsapp_contact:${contactId}:address`,
  /** Not to the contact: an alias may turn out to be somebody else's. */
  alias: (kind: string, index: Buffer): string => `whatsapp_alias:${kind}:${index.toString('hex')}:value`,
  recipient: (messageId: string): string => `message:${messageId}:recipient`,
  template: (messageId: string): string => `message:${messageId}:template`,
  media: (messageId: string): string => `message:${messageId}:media`,
  body: (messageId: string): string => `message:${messageId}:body`,
  variables: (noticeId: string): string => `notice:${noticeId}:variables`,
  cloudReport: (reportId: string): string => `whatsapp_cloud_report:${reportId}:payload`,
  sessionQr: (): string => 'whatsapp_session:web:qr',
  sessionPairingCode: (): string => 'whatsapp_session:web:pairing_code',
  sessionRequestPhone: (requestId: string): string => `whatsapp_session_request:${requestId}:phone`,
  inbound: (inboundId: string): string => `inbound_message:${inboundId}:body`,
}
