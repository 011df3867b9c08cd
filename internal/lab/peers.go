package lab

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/nats-io/nats.go"

	"gradlab/internal/engine"
	"gradlab/internal/spec"
)

// Where a store is shared, each process that computes says at every beat what it can
// compute. So a wait is reckoned with everybody's places, a run that no worker can
// compute says so instead of waiting in silence, and one that is too large for all of
// them is refused. Claims do not hang on it: who takes a run has found out for himself.

// presence is the subject of what processes say of themselves.
const presence = "gradlab.workers"

// A peer is a process as it describes itself.
type peer struct {
	Name   string   `json:"name"`
	Places int      `json:"places"`           // runs that it computes at a time; none: it has just come, and asks who is there
	Leaves bool     `json:"leaves,omitempty"` // it closes
	Engine int      `json:"engine,omitempty"` // engine.Version
	Class  string   `json:"class,omitempty"`  // machine class
	Memory int64    `json:"memory,omitempty"` // bytes that a run may take
	Images []string `json:"images,omitempty"` // image sets that it has
	Unfit  []string `json:"unfit,omitempty"`  // waiting runs that it has found that it cannot compute

	heard time.Time
}

// has tells whether the process has the images.
func (p peer) has(images string) bool { return slices.Contains(p.Images, images) }

// describe returns what this process has to say of itself. It looks for image sets.
func (l *Lab) describe() peer {
	images := engine.Images(l.engine)
	l.mu.Lock()
	defer l.mu.Unlock()
	p := peer{Name: l.store.id, Places: l.workers, Engine: engine.Version, Class: engine.Class(), Memory: engine.Limit(l.engine), Images: images}
	for _, r := range l.queue {
		if r.fitness == unfit {
			p.Unfit = append(p.Unfit, r.id)
		}
	}
	return p
}

// hail says at every beat what this process can compute, until the lab closes, where it
// computes at all; and once when it comes and when it goes. It is one of the lab's
// goroutines, where the store is shared.
func (l *Lab) hail() {
	newcomer := peer{Name: l.store.id}
	l.present(newcomer)
	for l.ctx.Err() == nil {
		l.presentSelf()
		l.wait(l.regime.beat)
	}
	newcomer.Leaves = true
	l.present(newcomer)
}

// presentSelf describes this process to the others, where it computes.
func (l *Lab) presentSelf() {
	p := l.describe()
	l.mu.Lock()
	l.self = p
	l.mu.Unlock()
	if p.Places > 0 {
		l.present(p)
	}
}

func (l *Lab) present(p peer) {
	b, err := json.Marshal(p)
	if err == nil {
		err = l.store.conn.Publish(presence, b)
	}
	if err != nil {
		l.log.Debug("the others are not told what this process computes", "err", err)
	}
}

// greet takes in what another process says of itself, and answers one that has just
// come. The connection calls it; what it starts is the lab's.
func (l *Lab) greet(msg *nats.Msg) {
	var p peer
	if err := json.Unmarshal(msg.Data, &p); err != nil || p.Name == "" || p.Name == l.store.id {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return
	case p.Places > 0:
		p.heard = time.Now()
		l.peers[p.Name] = p
	case p.Leaves:
		delete(l.peers, p.Name)
	default:
		l.working.Go(l.presentSelf)
	}
	l.dispatch()
}

// crowd returns the processes that compute and live, as far as is known here, this one
// among them; none where the store is not shared. Lab.mu is held.
func (l *Lab) crowd() (all []peer) {
	if !l.store.shared {
		return nil
	}
	if l.workers > 0 {
		all = append(all, l.self)
	}
	for _, p := range l.peers {
		if time.Since(p.heard) < l.regime.lease {
			all = append(all, p)
		}
	}
	return all
}

// places is how many runs are computed at a time, here and by the others that share the
// store, as far as is known. Lab.mu is held.
func (l *Lab) places() int {
	n := l.workers
	for _, p := range l.crowd() {
		if p.Name != l.store.id {
			n += p.Places
		}
	}
	return max(n, 1)
}

// A need is what computing a run takes, beside what its manifest says.
type need struct {
	images string // name of the set
	memory int64  // bytes
}

// needs returns what a run takes; nothing where its settings cannot be read, which who
// computes it will say.
func needs(m Manifest) need {
	s, err := spec.ParseLink(m.Spec)
	if err != nil {
		return need{}
	}
	cost, _ := engine.Plan(s, engine.Options{Memory: math.MaxInt64})
	return need{s.Data, cost.Memory}
}

// review finds out what waiting runs need, forgets processes that are not heard of any
// more, and says to the queue what follows from both.
func (l *Lab) review() {
	unknown := map[*run]Manifest{}
	l.mu.Lock()
	for name, p := range l.peers {
		if time.Since(p.heard) >= l.regime.lease {
			delete(l.peers, name)
		}
	}
	for _, r := range l.queue {
		if r.need == nil {
			unknown[r] = r.m
		}
	}
	l.mu.Unlock()
	for r, m := range unknown {
		n := needs(m)
		l.mu.Lock()
		r.need = &n
		l.mu.Unlock()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dispatch()
}

// nobodyThere is why a run waits where no process computes.
const nobodyThere = "no worker is there to compute it"

// judge finds out which of the waiting runs no process that lives can compute. They take
// no part in the round: a visitor's other runs need not wait for them. Lab.mu is held.
func (l *Lab) judge() {
	crowd := l.crowd()
	for _, r := range l.queue {
		if r.lacks = ""; l.store.shared && r.m.Worker == "" {
			r.lacks = lacking(r, crowd)
		}
	}
}

// lacking says why none of the crowd can compute the run; empty where one can, or where
// that is not known yet. Lab.mu is held.
func lacking(r *run, crowd []peer) string {
	which := "no worker"
	only := func(can func(peer) bool) bool {
		fit := slices.DeleteFunc(slices.Clone(crowd), func(p peer) bool { return !can(p) })
		none := len(fit) == 0
		if !none && len(fit) < len(crowd) {
			which = "none of the workers that would do otherwise"
		}
		crowd = fit
		return !none
	}
	memory := int64(0)
	switch {
	case len(crowd) == 0:
		return nobodyThere
	case !only(func(p peer) bool { return p.Engine >= r.m.Engine }):
		return fmt.Sprintf("%s has version %d of the engine, which has begun it", which, r.m.Engine)
	case r.m.Done > 0 && !only(func(p peer) bool { return p.Class == r.m.Class }):
		return fmt.Sprintf("%s is of the machine class %s, which has begun it", which, r.m.Class)
	case r.need == nil, r.need.images == "":
		return ""
	case !only(func(p peer) bool { return p.has(r.need.images) }):
		return fmt.Sprintf("%s has the images %s", which, r.need.images)
	case !only(func(p peer) bool { memory = max(memory, p.Memory); return p.Memory >= r.need.memory }):
		return fmt.Sprintf("it needs %.1f GiB of memory, and %s has more than %.1f GiB for a run", gib(r.need.memory), which, gib(memory))
	case !only(func(p peer) bool { return !slices.Contains(p.Unfit, r.id) }):
		return which + " can compute it; their logs say why"
	}
	return ""
}

func gib(bytes int64) float64 { return float64(bytes) / (1 << 30) }
