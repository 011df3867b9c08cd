package data

import (
	"embed"
	"fmt"
)

var fashionInfo = Info{
	Name:  "fashion-mnist",
	Title: "Fashion-MNIST",
	Doc: "Clothes, shoes and bags in grey, 28 x 28 pixels, ten classes: the first 1,000 training and 200 test images " +
		"of each class, 10,000 and 2,000 in all.",
	H: 28, W: 28, C: 1,
	Train:    10000,
	PixelKNN: 0.798, PixelLinear: 0.794,
	Defaults: map[string]string{"augment.grey": "0"},
	Licence:  "MIT",
	Credit: "Fashion-MNIST, copyright 2017 Zalando SE, MIT License; a subset. H. Xiao, K. Rasul, R. Vollgraf, " +
		"\"Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms\", arXiv 1708.07747.",
	Texts: []Text{{"Fashion-MNIST: MIT License", fashionLicence}},
	open:  openFashion,
}

var fashionClasses = []string{
	"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
}

//go:embed fashion-mnist/LICENSE.txt
var fashionLicence string

//go:embed fashion-mnist
var fashionFiles embed.FS

func openFashion(info Info, _ string) (*Set, error) {
	train, err := fashionImages(info, "train-10000")
	if err != nil {
		return nil, err
	}
	test, err := fashionImages(info, "t10k-2000")
	if err != nil {
		return nil, err
	}
	s := newSet(info, fashionClasses, train, test)
	s.subset()
	return s, nil
}

func fashionImages(info Info, part string) (*Images, error) {
	images, err := fashionFiles.ReadFile("fashion-mnist/" + part + "-images-idx3-ubyte.gz")
	if err != nil {
		return nil, err
	}
	labels, err := fashionFiles.ReadFile("fashion-mnist/" + part + "-labels-idx1-ubyte.gz")
	if err != nil {
		return nil, err
	}
	im, err := idxPair(images, labels, info.H, info.W, len(fashionClasses))
	if err != nil {
		return nil, fmt.Errorf("data: fashion-mnist %s: %w", part, err)
	}
	return im, nil
}
