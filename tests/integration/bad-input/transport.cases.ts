import { type BadInput, goodBody, intake, invalid, rawIntake, refused } from './bad-input.ts'

const REQUIRED = invalid(
  '',
  'required',
  'Isi permintaan wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
  'Request body is required. Fill it in and send again.',
)
const WRONG_TYPE = invalid(
  '',
  'wrong_type',
  'Isi permintaan harus berupa objek. Ganti jenis nilainya.',
  'Request body must be an object. Change the type of the value.',
)
const TOO_DEEP = invalid(
  'a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a',
  'too_deep',
  '"a" tersusun terlalu dalam. Sederhanakan susunan datanya, paling dalam 20 tingkat.',
  '"a" is nested too deeply. Flatten the data to at most 20 levels.',
)
const FORBIDDEN_KEY = invalid(
  '',
  'forbidden_key',
  'Isi permintaan memakai nama isian yang dilarang. Hapus isian itu.',
  'Request body uses a field name that is not allowed. Remove the field.',
)
const BAD_FORMAT = invalid(
  'Idempotency-Key',
  'bad_format',
  'Tajuk Idempotency-Key tidak sesuai bentuknya. Pakai 8 sampai 128 huruf, angka, atau tanda baca biasa tanpa spasi.',
  'The Idempotency-Key header is not in the right form. Use 8 to 128 letters, digits or plain signs without spaces.',
)
const good = () => JSON.stringify(goodBody())
const withKey = (key: string | undefined) => {
  const request = intake({})
  return { ...request, headers: key === undefined ? {} : { 'idempotency-key': key } }
}
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

/** The envelope: JSON, headers, sizes, methods and paths. */
export const TRANSPORT: BadInput[] = [
  { name: 'no body', ...rawIntake(''), ...REQUIRED },
  {
    name: 'a body that is not JSON',
    ...rawIntake('familyCardNumber=3274014505900017'),
    ...refused(400, 'invalid_json'),
  },
  { name: 'JSON cut off in the middle', ...rawIntake(good().slice(0, -20)), ...refused(400, 'invalid_json') },
  { name: 'a body that is a list', ...rawIntake(`[${good()}]`), ...WRONG_TYPE },
  { name: 'a body of null', ...rawIntake('null'), ...REQUIRED },
  { name: 'a body that is text', ...rawIntake('"3274014505900017"'), ...WRONG_TYPE },
  {
    name: 'a body that is not UTF-8',
    ...rawIntake(Buffer.from('{"channel":"caf\xe9"}', 'latin1')),
    ...refused(400, 'invalid_json'),
  },
  { name: 'a body with a byte order mark', ...rawIntake(`\ufeff${good()}`), ...refused(400, 'invalid_json') },
  {
    name: 'a key given twice, the second value wrong',
    ...rawIntake(good().replace(/}$/, ',"channel":"facebook"}')),
    ...invalid(
      'channel',
      'unknown_value',
      'Saluran tidak dikenal. Pilih salah satu: puskesmas, mpp, mobile, hospital, village, campaign.',
      'Channel is not a known choice. Choose one of: puskesmas, mpp, mobile, hospital, village, campaign.',
    ),
  },
  { name: 'JSON nested 21 levels deep', ...rawIntake(nested(21)), ...TOO_DEEP },
  { name: 'JSON nested 20,000 levels deep', ...rawIntake(nested(20_000)), ...TOO_DEEP },
  { name: 'a key __proto__', ...rawIntake(good().replace('{', '{"__proto__":{"role":"admin"},')), ...FORBIDDEN_KEY },
  {
    name: 'a key constructor',
    ...rawIntake(good().replace('{', '{"constructor":{"prototype":{"x":1}},')),
    ...FORBIDDEN_KEY,
  },
  {
    name: 'an escaped key __proto__',
    ...rawIntake(good().replace('{', '{"__pro\\u0074o__":{"role":"admin"},')),
    ...FORBIDDEN_KEY,
  },
  {
    name: 'a body over 256 kB',
    ...rawIntake(`{"channel":"${'x'.repeat(262_144)}"}`),
    ...refused(413, 'body_too_large'),
  },
  {
    name: 'a form',
    ...rawIntake('channel=puskesmas', { 'content-type': 'application/x-www-form-urlencoded' }),
    ...refused(415, 'unsupported_media_type'),
  },
  {
    name: 'JSON called text',
    ...rawIntake(good(), { 'content-type': 'text/plain' }),
    ...refused(415, 'unsupported_media_type'),
  },
  {
    name: 'XML',
    ...rawIntake('<intake/>', { 'content-type': 'application/xml' }),
    ...refused(415, 'unsupported_media_type'),
  },
  {
    name: 'a content type that is none',
    ...rawIntake(good(), { 'content-type': ';;;' }),
    ...refused(415, 'unsupported_media_type'),
  },
  { name: 'no Idempotency-Key', ...withKey(undefined), ...refused(400, 'idempotency_key_missing') },
  { name: 'an empty Idempotency-Key', ...withKey(''), ...BAD_FORMAT },
  { name: 'an Idempotency-Key of 7 characters', ...withKey('short-7'), ...BAD_FORMAT },
  { name: 'an Idempotency-Key of 129 characters', ...withKey('k'.repeat(129)), ...BAD_FORMAT },
  { name: 'an Idempotency-Key of 300 characters', ...withKey('k'.repeat(300)), ...BAD_FORMAT },
  { name: 'an Idempotency-Key with a space', ...withKey('kunci dengan spasi'), ...BAD_FORMAT },
  { name: 'an Idempotency-Key with a control character', ...withKey('kunci\u0007kendali'), ...BAD_FORMAT },
  { name: 'an Idempotency-Key beyond ASCII', ...withKey('kunci-é-lama'), ...BAD_FORMAT },
  {
    name: 'a path that is none',
    as: 'petugas',
    method: 'GET',
    url: '/api/v1/pendaftaran',
    ...refused(404, 'not_found'),
  },
  {
    name: 'a method that the path does not take',
    as: 'petugas',
    method: 'DELETE',
    url: '/api/v1/intakes',
    ...refused(405, 'method_not_allowed'),
  },
  {
    name: 'an encoded NUL in the path',
    as: 'petugas',
    method: 'GET',
    url: '/api/v1/proposals/%00',
    ...invalid(
      'url',
      'control_character',
      'Alamat permintaan memuat karakter yang tidak terlihat. Ketik ulang isiannya.',
      'The request address holds an invisible character. Type the value again.',
    ),
  },
  {
    name: 'a path with broken percent-encoding',
    as: 'petugas',
    method: 'GET',
    url: '/api/v1/proposals/%E0%A4%A',
    ...refused(400, 'bad_request'),
  },
  {
    name: 'a path of 3,000 characters',
    as: 'petugas',
    method: 'GET',
    url: `/api/v1/proposals/${'a'.repeat(3000)}`,
    ...refused(404, 'not_found'),
  },
]
