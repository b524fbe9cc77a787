/** Without a schema, so that the console can show the choices. */
export const OFFICE_KINDS = ['puskesmas', 'mpp', 'mobile', 'hospital', 'village', 'health_office'] as const
export type OfficeKind = (typeof OFFICE_KINDS)[number]

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export type Weekday = (typeof WEEKDAYS)[number]
