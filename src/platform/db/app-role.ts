/** The database role the product acts as; made by the first migration. It owns nothing. */
export const APP_ROLE = 'puntadewa_app'
