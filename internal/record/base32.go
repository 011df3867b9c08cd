package record

import "encoding/base32"

// Digits are those of Douglas Crockford's base32, which has no letters that look alike: ids of
// runs, short links and witnesses are written in them.
const Digits = "0123456789abcdefghjkmnpqrstvwxyz"

// Base32 writes bytes in Digits.
var Base32 = base32.NewEncoding(Digits).WithPadding(base32.NoPadding)
