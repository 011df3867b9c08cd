package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

const secretSize = 32 // bytes, of HMAC-SHA256's block at least half

// Secret is a key of 32 bytes that was made when the store was, and that all
// processes with this store have: what is signed with it holds after a restart, and
// in another process of a cluster. It must not be changed.
func (l *Lab) Secret() []byte { return l.secret }

// secret returns the store's key, and makes it where there is none. Of several
// processes that make one at the same time the first wins.
func (s *store) secret(ctx context.Context) ([]byte, error) {
	const name = "visitors"
	bucket, err := s.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket:      "secrets",
		Description: "keys that the processes of a lab share",
		Storage:     jetstream.FileStorage,
		Replicas:    s.replicas,
	})
	if err != nil {
		return nil, fmt.Errorf("the secrets: %w", err)
	}
	made := make([]byte, secretSize)
	rand.Read(made) // never fails
	if _, err := bucket.Create(ctx, name, made); err == nil {
		return made, nil
	} else if !errors.Is(err, jetstream.ErrKeyExists) {
		return nil, fmt.Errorf("the secrets: %w", err)
	}
	e, err := bucket.Get(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("the secrets: %w", err)
	}
	if len(e.Value()) != secretSize {
		return nil, fmt.Errorf("the secrets: %q has %d bytes, want %d", name, len(e.Value()), secretSize)
	}
	return e.Value(), nil
}
