package lab

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"gradlab/internal/record"
)

// append stores steps as one message behind the subject's message with the
// sequence number last, and returns the new one's number. The condition is the
// fence: where somebody else has written meanwhile, the store refuses.
func (s *store) append(ctx context.Context, subject string, last uint64, steps []record.Step) (uint64, error) {
	return s.publish(ctx, &nats.Msg{Subject: subject, Data: record.Append(nil, steps)}, last)
}

// nextHeader says in a message without records which step comes next.
const nextHeader = "Next"

// fence stores a message without records behind the message last: nobody who
// counts on that one being the subject's last writes any more.
func (s *store) fence(ctx context.Context, subject string, last uint64, next int) (uint64, error) {
	return s.publish(ctx, &nats.Msg{Subject: subject, Header: nats.Header{nextHeader: {strconv.Itoa(next)}}}, last)
}

// publish insists, and one message is stored once all the same: it has a name of its own.
// A cluster knows by it what it has stored already. A single server asks first whether the
// message before it is still the last, so there the last one's name has to be looked at.
func (s *store) publish(ctx context.Context, msg *nats.Msg, last uint64) (seq uint64, err error) {
	name := messageName(s.id, s.sent.Add(1))
	how := []jetstream.PublishOpt{jetstream.WithExpectLastSequencePerSubject(last)}
	if s.shared {
		how = append(how, jetstream.WithMsgID(name))
	}
	err = s.insist(ctx, func(ctx context.Context) error {
		ack, err := s.js.PublishMsg(ctx, msg, how...)
		if err == nil {
			seq = ack.Sequence
		} else if s.shared && stale(err) {
			if there, lost := s.records.GetLastMsgForSubject(ctx, msg.Subject); lost == nil && there.Header.Get(jetstream.MsgIDHeader) == name {
				seq, err = there.Sequence, nil // the acknowledgement was lost on its way
			}
		}
		return err
	})
	return seq, s.wrote(err)
}

// messageName names the nth message of records of a process.
func messageName(process string, n uint64) string { return fmt.Sprintf("%s %d", process, n) }

// load reads the steps of a subject behind the message last, of which the first must
// be the step next, and returns the number of the last message.
func (s *store) load(ctx context.Context, subject string, last uint64, next int) (steps []record.Step, _ uint64, err error) {
	for {
		var msg *jetstream.RawStreamMsg
		err := s.insist(ctx, func(ctx context.Context) (err error) {
			msg, err = s.records.GetMsg(ctx, last+1, jetstream.WithGetMsgSubject(subject))
			return err
		})
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return steps, last, nil
		}
		if err != nil {
			return nil, 0, err
		}
		more, err := decode(msg.Data)
		if err != nil {
			return nil, 0, err
		}
		if due := next + len(steps); len(more) > 0 && more[0].Step != due {
			return nil, 0, fmt.Errorf("step %d follows %d steps", more[0].Step, due)
		}
		steps = append(steps, more...)
		last = msg.Sequence
	}
}

// decode reads a message of records; a fence has none.
func decode(b []byte) ([]record.Step, error) {
	if len(b) == 0 {
		return nil, nil
	}
	return record.Decode(b)
}

// count returns how many steps a subject holds.
func (s *store) count(ctx context.Context, subject string) (int, error) {
	msg, err := s.records.GetLastMsgForSubject(ctx, subject)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	steps, err := decode(msg.Data)
	if err != nil {
		return 0, err
	}
	if len(steps) == 0 {
		return strconv.Atoi(msg.Header.Get(nextHeader))
	}
	return steps[len(steps)-1].Step + 1, nil
}

// purge removes the records of a subject.
func (s *store) purge(ctx context.Context, subject string) error {
	return s.records.Purge(ctx, jetstream.WithPurgeSubject(subject))
}
