package web

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"gradlab/internal/lab"
)

// Short links stay for good and have a bucket of a size (internal/lab/links.go), so
// nobody may fill it alone. A presenter makes some dozens in an hour; behind one
// address there may be a whole school.
const (
	linksAtOnce    = 30               // of a visitor
	linkEvery      = 20 * time.Second // and one more in each
	linksOfAddress = 10               // times as many from one network address
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

// linkLimits are the allowances of short links.
type linkLimits struct{ visitors, addresses *allowance }

func newLinkLimits() linkLimits {
	return linkLimits{newAllowance(linksAtOnce, linkEvery), newAllowance(linksOfAddress*linksAtOnce, linkEvery/linksOfAddress)}
}

// take counts a short link of who asks. Who has no cookie is whoever comes from the address.
func (l linkLimits) take(who lab.Submission, now time.Time) error {
	name := who.Visitor
	if name == "" {
		name = who.Address
	}
	if wait := l.visitors.take(name, now); wait > 0 {
		return &overdraft{fmt.Sprintf("a visitor makes at most %d short links at once and one every %v", linksAtOnce, linkEvery), wait}
	}
	if wait := l.addresses.take(who.Address, now); wait > 0 {
		return &overdraft{fmt.Sprintf("more than %d short links at once, and one every %v, are not made for one network address", linksOfAddress*linksAtOnce, linkEvery/linksOfAddress), wait}
	}
	return nil
}
