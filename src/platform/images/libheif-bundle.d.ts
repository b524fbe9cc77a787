// The package types its other builds; the bundle, which carries its wasm inside, is the same module.
declare module 'libheif-js/libheif-wasm/libheif-bundle.mjs' {
  import type { MainModule } from 'libheif-js/libheif-wasm/libheif.js'

  export default function createLibheif(): MainModule
}
