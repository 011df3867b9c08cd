package lab

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"gradlab/internal/record"
)

// The bounds of short links. A full bucket refuses new ones and keeps the old: a
// link on a slide must not die because others came later.
const (
	MaxLink   = 4 << 10  // bytes of what a short link stands for
	linkBytes = 32 << 20 // of all of them; some hundred thousand of usual length
	codeLeast = 7        // characters; a thousand links have a chance of one in 70,000 that two begin alike
)

// ErrFull is returned by Shorten where no more short links fit, and ErrNoLink by
// Expand where there is none of that code.
var (
	ErrFull   = errors.New("there is no room for another short link")
	ErrNoLink = errors.New("there is no such short link")
)

// openLinks opens the bucket of short links: what they stand for, by their codes. Its
// bound is Shorten's to keep: the store would set the room aside, and not open on a
// disk that lacks it.
func openLinks(ctx context.Context, js jetstream.JetStream, replicas int) (jetstream.KeyValue, error) {
	return js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket:       "links",
		Description:  "what short links stand for",
		Storage:      jetstream.FileStorage,
		MaxValueSize: MaxLink,
		Replicas:     replicas,
	})
}

// Shorten returns the code of a short link for an address of this server. It is
// made from the address, so that the same one has the same code, on every server;
// where two begin alike, the later one's is longer.
func (l *Lab) Shorten(ctx context.Context, address string) (string, error) {
	if address == "" || len(address) > MaxLink {
		return "", fmt.Errorf("a short link stands for an address of 1 to %d bytes, not of %d", MaxLink, len(address))
	}
	sum := sha256.Sum256([]byte(address))
	code := record.Base32.EncodeToString(sum[:])
	ctx, done := context.WithTimeout(ctx, l.store.patience)
	defer done()
	for n := codeLeast; n <= len(code); n++ {
		switch known, err := l.store.links.Get(ctx, code[:n]); {
		case err == nil && string(known.Value()) == address:
			return code[:n], nil
		case err == nil:
			continue // another address that begins alike
		case !errors.Is(err, jetstream.ErrKeyNotFound):
			return "", fmt.Errorf("short links cannot be read: %w", err)
		}
		if room, err := l.roomForLinks(ctx); err != nil || !room {
			return "", cmp.Or(err, ErrFull)
		}
		_, err := l.store.links.Create(ctx, code[:n], []byte(address))
		switch {
		case err == nil:
			return code[:n], nil
		case errors.Is(err, jetstream.ErrKeyExists):
			n-- // somebody was faster; look whether it is the same
		default:
			return "", fmt.Errorf("the short link cannot be stored: %w", err)
		}
	}
	return "", ErrFull // two addresses of one SHA-256
}

// roomForLinks reports whether the bucket is below its bound. Who asks at the same
// time may go beyond it, by a link each.
func (l *Lab) roomForLinks(ctx context.Context) (bool, error) {
	status, err := l.store.links.Status(ctx)
	if err != nil {
		return false, fmt.Errorf("short links cannot be read: %w", err)
	}
	return status.Bytes() < l.store.mostLinks, nil
}

// Expand returns the address that a short link stands for. Capitals, and letters
// that people take for others (o for 0, i and l for 1), are read as they are meant.
func (l *Lab) Expand(ctx context.Context, code string) (string, error) {
	code = strings.NewReplacer("o", "0", "i", "1", "l", "1", "-", "").Replace(strings.ToLower(code))
	if len(code) < codeLeast || len(code) > 52 || strings.Trim(code, record.Digits) != "" {
		return "", ErrNoLink
	}
	ctx, done := context.WithTimeout(ctx, l.store.patience)
	defer done()
	e, err := l.store.links.Get(ctx, code)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return "", ErrNoLink
	}
	if err != nil {
		return "", fmt.Errorf("short links cannot be read: %w", err)
	}
	return string(e.Value()), nil
}
