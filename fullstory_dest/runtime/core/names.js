/** Names that FullStory accepts for a property: letters, digits, `_` and `-`, a letter first, at most 512 characters. */
export const LEGAL_NAME = /^[A-Za-z][\w-]{0,511}$/;

/** Suffixes of names in the legacy API: the type of the property. */
export const TYPE_SUFFIX = /_(str|int|real|bool|date)(s?)$/;

/** Properties with a meaning in FullStory. */
export const SPECIAL_NAMES = ['uid', 'displayName', 'email', 'pageName'];
