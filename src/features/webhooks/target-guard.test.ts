import { describe, expect, test } from 'vitest'
import { createTargetGuard, isPublicAddress } from './target-guard.ts'

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.8.8.8',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:10.0.0.1',
  '::ffff:8.8.8.8',
  '::ffff:7f00:1',
  '::127.0.0.1',
  '64:ff9b::a00:1',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:20::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '2606:4700::1%lo',
  'puskesmas.example',
  '',
  '1.2.3',
])('%s is not of the open Internet', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each([
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.0.1',
  '172.32.0.1',
  '223.255.255.255',
  '2606:4700::1111',
  '2400:cb00::1',
])('%s is', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

describe('an address of a receiver', () => {
  const guard = createTargetGuard({ allowedHosts: [], allowsLocalHttp: true })
  test.each([
    ['https://penerima.example/kabar?x=1', null],
    ['https://penerima.example:8443/', null],
    ['https://1.1.1.1/', null],
    ['https://[2606:4700::1111]/', null],
    ['penerima.example', 'webhook_url_invalid'],
    ['https://', 'webhook_url_invalid'],
    ['https://user@penerima.example/', 'webhook_url_invalid'],
    ['https://user:secret@penerima.example/', 'webhook_url_invalid'],
    ['https://penerima.example/#part', 'webhook_url_invalid'],
    ['http://penerima.example/', 'webhook_url_not_https'],
    ['http://127.0.0.1/', 'webhook_url_not_https'],
    ['ftp://penerima.example/', 'webhook_url_not_https'],
    ['file:///etc/passwd', 'webhook_url_not_https'],
    ['javascript:alert(1)', 'webhook_url_not_https'],
    ['https://127.0.0.1/', 'webhook_url_private'],
    // All the ways to write 127.0.0.1 that a browser takes.
    ['https://0x7f000001/', 'webhook_url_private'],
    ['https://2130706433/', 'webhook_url_private'],
    ['https://0177.0.0.1/', 'webhook_url_private'],
    ['https://127.1/', 'webhook_url_private'],
    ['https://[::1]/', 'webhook_url_private'],
    ['https://[::ffff:127.0.0.1]/', 'webhook_url_private'],
    ['https://169.254.169.254/latest/meta-data', 'webhook_url_private'],
  ])('%s: %s', (url, fault) => {
    expect(guard.findUrlFault(url)).toBe(fault)
  })

  test('of our own network is taken when the operator allows its host, and http only for 127.0.0.1', () => {
    const own = createTargetGuard({
      allowedHosts: ['127.0.0.1', 'SIAK.dinkes.example', '10.1.2.3'],
      allowsLocalHttp: true,
    })
    expect(own.findUrlFault('http://127.0.0.1:8080/')).toBeNull()
    expect(own.findUrlFault('http://10.1.2.3/')).toBe('webhook_url_not_https')
    expect(own.findUrlFault('https://10.1.2.3/')).toBeNull()
    expect(own.findUrlFault('https://10.1.2.4/')).toBe('webhook_url_private')
    expect(own.mayReach('siak.dinkes.example', '192.168.7.7')).toBe(true)
    expect(own.mayReach('siak.dinkes.example.', '192.168.7.7')).toBe(true)
    expect(own.mayReach('other.example', '192.168.7.7')).toBe(false)
    expect(own.mayReach('other.example', '10.1.2.3')).toBe(true)
  })

  test('takes no http in production, whatever is allowed', () => {
    const strict = createTargetGuard({ allowedHosts: ['127.0.0.1'], allowsLocalHttp: false })
    expect(strict.findUrlFault('http://127.0.0.1/')).toBe('webhook_url_not_https')
  })
})
