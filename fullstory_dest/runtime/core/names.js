/** The names that FullStory takes for a property: of letters, digits, `_` and `-`, a letter first, 512 at most. */
export const LEGAL_NAME = /^[A-Za-z][\w-]{0,511}$/;

/** Suffixes of names in the legacy API: the type of the property. */
export const TYPE_SUFFIX = /_(str|int|real|bool|date)(s?)$/;

/** The properties that mean something to FullStory. */
export const SPECIAL_NAMES = ['uid', 'displayName', 'email', 'pageName'];
