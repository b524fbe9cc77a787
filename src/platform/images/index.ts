export { PictureFault, type PictureFaultCode } from './picture-fault.ts'
export { createPictureReader, type PictureReader } from './picture-reader.ts'
