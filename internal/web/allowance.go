package web

import (
	"cmp"
	"fmt"
	"net/http"
	"sync"
	"time"

	"gradlab/internal/lab"
)

// Short links stay for good and have a bucket of a size (internal/lab/links.go), and the
// records of pinned runs stay whatever room others need; so nobody may fill either alone. A
// presenter makes some dozens of links in an hour, and pins what a lesson shows; behind one
// address there may be a whole school.
const (
	linksAtOnce = 30               // of a visitor
	linkEvery   = 20 * time.Second // and one more in each
	pinsAtOnce  = 20
	pinEvery    = time.Hour
	perAddress  = 10 // times as many from one network address
)

// An allowance lets each of many do something so often: a number of times at once, and
// once more in each interval. What it knows of somebody goes when it does not matter any more.
type allowance struct {
	most  int
	every time.Duration

	mu   sync.Mutex
	full map[string]time.Time // when who has used some has all of it again
}

// mostNames is of how many an allowance keeps account; those beyond share one.
const mostNames = 10_000

func newAllowance(most int, every time.Duration) *allowance {
	return &allowance{most: most, every: every, full: map[string]time.Time{}}
}

// take uses one of who's, or returns how long it takes until there is one.
func (a *allowance) take(who string, now time.Time) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, known := a.full[who]; !known && len(a.full) >= mostNames {
		for name, full := range a.full {
			if !full.After(now) {
				delete(a.full, name)
			}
		}
		if len(a.full) >= mostNames {
			who = ""
		}
	}
	full := a.full[who]
	if full.Before(now) {
		full = now
	}
	full = full.Add(a.every)
	if over := full.Sub(now) - time.Duration(a.most)*a.every; over > 0 {
		return over
	}
	a.full[who] = full
	return 0
}

// back returns one that was taken and not used.
func (a *allowance) back(who string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if full, known := a.full[who]; known { // others share an account, in which one more is no matter
		a.full[who] = full.Add(-a.every)
	}
}

// An overdraft is the error of who has used an allowance up.
type overdraft struct {
	what string
	wait time.Duration
}

func (o *overdraft) Error() string {
	return fmt.Sprintf("%s; another one in %s", o.what, o.wait.Round(time.Second))
}

func (o *overdraft) problem() *problem {
	return &problem{http.StatusTooManyRequests, "Too many at once", sentence(o)}
}

// A ration is what one visitor, and one network address, may have of something that stays.
type ration struct {
	field, does         string // "link", "makes": what is asked for, and what a visitor does to have it
	things              string // "short links"
	visitors, addresses *allowance
}

func newRation(field, does, things string, most int, every time.Duration) ration {
	return ration{field, does, things, newAllowance(most, every), newAllowance(perAddress*most, every/perAddress)}
}

func linkRation() ration { return newRation("link", "makes", "short links", linksAtOnce, linkEvery) }

func pinRation() ration { return newRation("pin", "pins", "runs", pinsAtOnce, pinEvery) }

// take counts one more, value, of who asks. Who has no cookie is whoever comes from the
// address. The error names field, value and limit.
func (a ration) take(who lab.Submission, value string, now time.Time) error {
	visitor := cmp.Or(who.Visitor, who.Address)
	for _, of := range []struct {
		allowance *allowance
		name, is  string
	}{{a.visitors, visitor, "a visitor"}, {a.addresses, who.Address, "who comes from one network address"}} {
		if wait := of.allowance.take(of.name, now); wait > 0 {
			if of.allowance == a.addresses {
				a.visitors.back(visitor)
			}
			return &overdraft{fmt.Sprintf("%s: %.60q is one too many; %s %s at most %d %s at once and one every %v",
				a.field, value, of.is, a.does, of.allowance.most, a.things, of.allowance.every), wait}
		}
	}
	return nil
}
