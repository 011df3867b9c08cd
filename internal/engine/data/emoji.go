package data

import (
	"bytes"
	"embed"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"slices"
	"strconv"
	"strings"
)

var emojiInfo = Info{
	Name:  "emoji",
	Title: "Emoji by two artists",
	Doc: "1,906 emoji, each drawn by two artists (Noto and Twemoji), 32 x 32 pixels in colour on white. The two views of " +
		"an emoji start from the two drawings, so that what they share is the thing meant and not the pixels. " +
		"Classes are the nine groups of Unicode. Every sixth emoji is held out: 1,589 train, 317 test. Neighbours in " +
		"the list (clock faces, men and women of one profession) resemble each other, so held-out means unseen, not unlike.",
	H: 32, W: 32, C: 3,
	Train:    emojiCount - emojiCount/emojiHeldOut,
	PixelKNN: 0.640, PixelLinear: 0.666,
	Defaults: map[string]string{"augment.crop": "0.5"},
	Licence:  "Noto Emoji: Apache-2.0; Twemoji: CC BY 4.0; names and groups: MIT",
	Credit: "Noto Emoji, Google, Apache License 2.0. Twemoji, (c) Twitter, Inc. and other contributors, CC BY 4.0 " +
		"(https://creativecommons.org/licenses/by/4.0/). Both resized. Names and groups from emoji-data, " +
		"copyright 2013 Cal Henderson, MIT License.",
	Texts: []Text{
		{"Noto Emoji: Apache License 2.0", notoLicence},
		{"Emoji names and groups: MIT License", emojiDataLicence},
	},
	open: openEmoji,
}

var (
	//go:embed emoji/LICENSE-noto-Apache-2.0.txt
	notoLicence string
	//go:embed emoji/LICENSE-emoji-datasource-MIT.txt
	emojiDataLicence string
)

//go:embed emoji
var emojiFiles embed.FS

const (
	emojiCount   = 1906
	emojiColumns = 64 // emoji in a row of a sheet
	emojiHeldOut = 6  // emoji i is held out where i % 6 == 5
)

func openEmoji(info Info, _ string) (*Set, error) {
	var sheets [2][]uint8
	for i, name := range []string{"noto-32.png", "twemoji-32.png"} {
		file, err := emojiFiles.ReadFile("emoji/" + name)
		if err != nil {
			return nil, err
		}
		if sheets[i], err = parseSheet(file, emojiCount, emojiColumns, info.H); err != nil {
			return nil, fmt.Errorf("data: emoji/%s: %w", name, err)
		}
	}
	file, err := emojiFiles.ReadFile("emoji/labels.tsv")
	if err != nil {
		return nil, err
	}
	classes, labels, err := parseGroups(string(file), emojiCount)
	if err != nil {
		return nil, fmt.Errorf("data: emoji/labels.tsv: %w", err)
	}
	train := &Images{H: info.H, W: info.W, C: info.C}
	test := &Images{H: info.H, W: info.W, C: info.C}
	size := info.H * info.W * info.C
	for i, label := range labels {
		im := train
		if i%emojiHeldOut == emojiHeldOut-1 {
			im = test
		}
		im.N++
		im.Pixels = append(im.Pixels, sheets[0][i*size:(i+1)*size]...)
		im.Pair = append(im.Pair, sheets[1][i*size:(i+1)*size]...)
		im.Labels = append(im.Labels, label)
	}
	return newSet(info, classes, train, test), nil
}

// parseSheet cuts a PNG sheet of n square cells of side pixels, columns to a
// row, into n x side x side x 3 bytes, laid on white.
func parseSheet(file []byte, n, columns, side int) ([]uint8, error) {
	head, err := png.DecodeConfig(bytes.NewReader(file)) // before Decode, which allocates what the head says
	if err != nil {
		return nil, err
	}
	rows := (n + columns - 1) / columns
	if head.Width != columns*side || head.Height != rows*side {
		return nil, fmt.Errorf("sheet is %d x %d pixels, want %d x %d", head.Width, head.Height, columns*side, rows*side)
	}
	decoded, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	sheet, ok := decoded.(*image.NRGBA)
	if !ok {
		sheet = image.NewNRGBA(decoded.Bounds())
		draw.Draw(sheet, sheet.Rect, decoded, decoded.Bounds().Min, draw.Src)
	}
	pixels := make([]uint8, 0, n*side*side*3)
	for i := range n {
		left, top := i%columns*side, i/columns*side
		for y := top; y < top+side; y++ {
			for x := left; x < left+side; x++ {
				p := sheet.Pix[sheet.PixOffset(x, y):]
				pixels = append(pixels, onWhite(p[0], p[3]), onWhite(p[1], p[3]), onWhite(p[2], p[3]))
			}
		}
	}
	return pixels, nil
}

// onWhite lays a colour of the given opacity on white.
func onWhite(colour, alpha uint8) uint8 {
	c, a := uint32(colour), uint32(alpha)
	return uint8((c*a + 255*(255-a) + 127) / 255)
}

// parseGroups reads labels.tsv: a head line, then index, code, name, group and
// subgroup of each emoji. Classes are the groups in the order of their first emoji.
func parseGroups(file string, n int) (classes []string, labels []uint8, err error) {
	lines := strings.Split(strings.TrimSuffix(file, "\n"), "\n")
	if len(lines) != n+1 {
		return nil, nil, fmt.Errorf("%d lines, want a head and %d emoji", len(lines), n)
	}
	for i, line := range lines[1:] {
		fields := strings.Split(line, "\t")
		if len(fields) != 5 || fields[0] != strconv.Itoa(i) {
			return nil, nil, fmt.Errorf("line %d: want %d and four more fields, got %q", i+2, i, line)
		}
		class := slices.Index(classes, fields[3])
		if class < 0 {
			class = len(classes)
			classes = append(classes, fields[3])
		}
		if class > 255 {
			return nil, nil, fmt.Errorf("line %d: more than 256 groups", i+2)
		}
		labels = append(labels, uint8(class))
	}
	return classes, labels, nil
}
