/** What each sealed value is bound to: one that is moved to another row or column does not open. */
export const sealContext = {
  phone: (contactId: string): string => `whatsapp_contact:${contactId}:phone`,
  address: (contactId: string): string => `whatsapp_contact:${contactId}:address`,
  recipient: (messageId: string): string => `message:${messageId}:recipient`,
  body: (messageId: string): string => `message:${messageId}:body`,
  variables: (noticeId: string): string => `notice:${noticeId}:variables`,
  inbound: (inboundId: string): string => `inbound_message:${inboundId}:body`,
}
