package spec

import "strings"

// Command returns the line for a POSIX shell that repeats the experiment without a
// server, all its lanes: "lab run lambda=0 method=barlow v=1".
func (e Experiment) Command() string {
	words := []string{"lab", "run"}
	for _, s := range e.Settings() {
		words = append(words, Quote(s.String()))
	}
	return strings.Join(words, " ")
}

// plain are the characters that mean nothing to a shell, wherever they stand behind
// a key and its equals sign.
const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789=.,:/_+-%@"

// Quote returns a word as a POSIX shell reads it back.
func Quote(word string) string {
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
