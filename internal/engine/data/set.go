package data

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"gradlab/internal/knob"
)

// An Info describes an image set without loading it.
type Info struct {
	Name    string // "fashion-mnist": as in a link
	Title   string // "Fashion-MNIST"
	Doc     string // what the images are, in a few sentences
	H, W, C int
	Train   int // images that train, where the set is complete

	// PixelKNN and PixelLinear are the accuracies of probe.KNN and of
	// probe.LinearProbe on the plain pixels, the floors that an encoder should rise
	// above: measured with the first probe.Bank training images and the first
	// probe.Queries held-out ones.
	PixelKNN, PixelLinear float64

	// Defaults holds the shared settings whose default is another with this set.
	Defaults map[string]string

	// Licence names the licence of the images, Credit whom to thank and to cite.
	Licence, Credit string

	// Texts holds the full texts of licences that came with the images.
	Texts []Text

	open func(info Info, folder string) (*Set, error)
}

// A Text is a document for the page of credits.
type Text struct{ Title, Body string }

// catalogue lists the sets in the order in which pages show them.
var catalogue = []Info{fashionInfo, shapesInfo, emojiInfo, cifarInfo}

// Catalogue returns the descriptions of all sets, in the order in which pages show them.
func Catalogue() []Info { return slices.Clone(catalogue) }

// Lookup returns the description of the set of that name.
func Lookup(name string) (Info, bool) {
	for _, i := range catalogue {
		if i.Name == name {
			return i, true
		}
	}
	return Info{}, false
}

// Names returns the sets as the options of a knob.
func Names() []knob.Option {
	options := make([]knob.Option, len(catalogue))
	for i, info := range catalogue {
		options[i] = knob.Option{Value: info.Name, Title: info.Title, Doc: info.Doc}
	}
	return options
}

// Shape returns the size of the images of the set of that name, without loading
// it; zeros for a name that does not exist.
func Shape(name string) (h, w, c int) {
	i, _ := Lookup(name)
	return i.H, i.W, i.C
}

// A Set is an image set, split into the images that train and those held out.
// It is shared by everybody who opens it: nobody may change it.
type Set struct {
	Name, Title, Doc string
	Licence, Credit  string
	H, W, C          int
	Classes          []string
	Train, Test      *Images
	Subset           bool   // fewer images than the name promises; the Title says how many
	Digest           string // SHA-256 in hexadecimal of all pixels and labels

	mean, std []float32 // of each channel over Train, in units of a byte
}

// Images are N images of one size with their labels.
type Images struct {
	N, H, W, C int
	Pixels     []uint8 // N x H x W x C
	Pair       []uint8 // another drawing of each image, N x H x W x C; nil where a set has none
	Labels     []uint8 // N, indices into Set.Classes
}

// Open returns the set of that name. The folder is only for sets that are not
// part of the program (cifar10); empty means the environment variable
// GRADLAB_CIFAR10. A set is loaded once in the life of a process. The error is
// for the user: it says what was looked for and where.
func Open(name, folder string) (*Set, error) {
	info, ok := Lookup(name)
	if !ok {
		return nil, fmt.Errorf("data: there is no image set named %q", name)
	}
	if name == cifarInfo.Name {
		folder = cifarFolder(folder)
	} else {
		folder = "" // the others are the same whatever the folder
	}
	return opened.get(info, folder)
}

// Here tells whether there are images for Open to load, without looking into them.
func Here(name, folder string) bool {
	if name == cifarInfo.Name {
		return hasCIFAR(cifarFolder(folder))
	}
	_, ok := Lookup(name)
	return ok
}

// opened keeps the sets of this process.
var opened cache

// A cache loads each set once. Sets that fail to load are tried again, so that
// a user who puts the files in place need not restart the lab.
type cache struct {
	mu   sync.Mutex
	sets map[[2]string]*entry
}

type entry struct {
	mu  sync.Mutex // held while loading: others wait for this set only
	set *Set
}

func (c *cache) get(info Info, folder string) (*Set, error) {
	c.mu.Lock()
	if c.sets == nil {
		c.sets = map[[2]string]*entry{}
	}
	e := c.sets[[2]string{info.Name, folder}]
	if e == nil {
		e = &entry{}
		c.sets[[2]string{info.Name, folder}] = e
	}
	c.mu.Unlock()

	e.mu.Lock()
	defer e.mu.Unlock()
	if e.set == nil {
		s, err := info.open(info, folder)
		if err != nil {
			return nil, err
		}
		e.set = s
	}
	return e.set, nil
}

// newSet completes a set from its description and images.
func newSet(info Info, classes []string, train, test *Images) *Set {
	s := &Set{
		Name: info.Name, Title: info.Title, Doc: info.Doc, Licence: info.Licence, Credit: info.Credit,
		H: info.H, W: info.W, C: info.C,
		Classes: classes, Train: train, Test: test,
	}
	s.Digest = digest(train, test)
	s.mean, s.std = moments(train)
	return s
}

// subset marks a set that has fewer images than its name promises.
func (s *Set) subset() {
	s.Subset = true
	s.Title = fmt.Sprintf("%s (subset of %s + %s)", s.Title, thousands(s.Train.N), thousands(s.Test.N))
}

// thousands prints n up to 999,999 with a comma.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// digest hashes sizes, pixels and labels.
func digest(parts ...*Images) string {
	h := sha256.New()
	for _, im := range parts {
		var head [16]byte
		for i, n := range []int{im.N, im.H, im.W, im.C} {
			binary.LittleEndian.PutUint32(head[4*i:], uint32(n))
		}
		h.Write(head[:])
		h.Write(im.Pixels)
		h.Write(im.Pair)
		h.Write(im.Labels)
	}
	return hex.EncodeToString(h.Sum(nil))
}
