package data

import "errors"

var emojiInfo = Info{Name: "emoji", H: 32, W: 32, C: 3, open: func(string) (*Set, error) { return nil, errors.New("not yet") }}
