"""The two networks as explicit graphs, so that the exporter can walk them.

A graph is a list of (name, op, inputs); ops are conv (also depthwise), add, mean, fc, logistic and softmax.
"""
import torch
from torch import nn
from torch.nn import functional as F

PADS = {"input": (144, 192), "labels": ("pad",), "stride": 8}
STATE = {"input": (64, 64), "labels": ("clear", "occupied", "obscured")}


class Conv(nn.Module):
    """Convolution with TFLite SAME padding, optional batch-norm and ReLU6."""

    def __init__(self, cin, cout, kernel=1, stride=1, depthwise=False, norm=True, relu=True):
        super().__init__()
        self.kernel, self.stride, self.depthwise, self.relu = kernel, stride, depthwise, relu
        self.conv = nn.Conv2d(cin, cout, kernel, stride, groups=cin if depthwise else 1, bias=not norm)
        self.norm = nn.BatchNorm2d(cout) if norm else None

    def forward(self, x):
        total = self.kernel - self.stride if self.kernel > 1 else 0  # even input sizes only
        low = total // 2
        x = self.conv(F.pad(x, (low, total - low, low, total - low)) if total else x)
        x = self.norm(x) if self.norm else x
        return F.relu6(x) if self.relu else x

    def folded(self):
        """(weight OIHW, bias) with the batch-norm folded in."""
        w = self.conv.weight.detach()
        if self.norm is None:
            return w, self.conv.bias.detach()
        k = (self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)).detach()
        return w * k[:, None, None, None], (self.norm.bias - self.norm.running_mean * k).detach()


class Graph(nn.Module):
    """Executes a list of (name, op, inputs)."""

    def __init__(self, spec):
        super().__init__()
        self.spec, self.graph, self.outputs = spec, [], []
        self.layers = nn.ModuleDict()

    def conv(self, name, source, *args, **options):
        self.layers[name] = Conv(*args, **options)
        return self.node(name, "conv", source)

    def node(self, name, op, *inputs):
        self.graph.append((name, op, inputs))
        return name

    def separable(self, name, source, cin, cout, kernel=3, stride=1):
        """Depthwise + pointwise; a residual sum where the shape stays."""
        x = self.conv(name + "_dw", source, cin, cin, kernel, stride, depthwise=True)
        if cin != cout or stride != 1:
            return self.conv(name + "_pw", x, cin, cout)
        x = self.conv(name + "_pw", x, cin, cout, relu=False)
        return self.node(name + "_add", "add", source, x)

    def values(self, x, logits=False):
        """All tensors by name; with `logits` the last nonlinearities are left out."""
        v = {"input": x}
        for name, op, inputs in self.graph:
            a = v[inputs[0]]
            if op in ("conv", "fc"):
                v[name] = self.layers[name](a)
            elif op == "add":
                v[name] = a + v[inputs[1]]
            elif op == "mean":
                v[name] = a.mean((2, 3))
            elif logits:
                v[name] = a
            else:
                v[name] = torch.sigmoid(a) if op == "logistic" else torch.softmax(a, 1)
        return v

    def forward(self, x, logits=False):
        v = self.values(x, logits)
        return tuple(v[n] for n in self.outputs)


def detector():
    """Centre heat map at stride 8; wide 5x5 depthwise kernels give the receptive field for near pads."""
    g, c = Graph(PADS), 72
    x = g.conv("stem", "input", 3, 16, 3, 2)
    x = g.separable("b1", x, 16, 32, 3, 2)
    x = g.separable("b2", x, 32, 32, 3)
    x = g.separable("b3", x, 32, c, 3, 2)
    for k in range(6):
        x = g.separable(f"c{k}", x, c, c, 5)
    x = g.conv("neck", x, c, c)
    h = g.conv("heat", x, c, len(PADS["labels"]), norm=False, relu=False)
    b = g.conv("box", x, c, 4, norm=False, relu=False)
    g.outputs = [g.node("heatmap", "logistic", h), g.node("boxes", "logistic", b)]
    nn.init.constant_(g.layers["heat"].conv.bias, -3.5)
    return g


def classifier():
    """Pad state from a 64x64 crop."""
    g = Graph(STATE)
    x = g.conv("stem", "input", 3, 16, 3, 2)
    x = g.separable("b1", x, 16, 24, 3)
    x = g.separable("b2", x, 24, 48, 3, 2)
    x = g.separable("b3", x, 48, 48, 3)
    x = g.separable("b4", x, 48, 96, 3, 2)
    x = g.separable("b5", x, 96, 96, 3)
    x = g.separable("b6", x, 96, 96, 3)
    x = g.conv("neck", x, 96, 96)
    x = g.node("mean", "mean", x)
    g.layers["logits"] = nn.Linear(96, len(STATE["labels"]))
    x = g.node("logits", "fc", x)
    g.outputs = [g.node("scores", "softmax", x)]
    return g


def cost(net):
    """(parameters after folding, multiply-accumulates)."""
    params = macs = 0
    values = net.eval().values(torch.zeros(1, 3, *net.spec["input"]))
    for name, op, _ in net.graph:
        if op == "conv":
            w, b = net.layers[name].folded()
            params += w.numel() + b.numel()
            macs += w.numel() * values[name].shape[2] * values[name].shape[3]
        elif op == "fc":
            params += net.layers[name].weight.numel() + net.layers[name].bias.numel()
            macs += net.layers[name].weight.numel()
    return params, macs


if __name__ == "__main__":
    for make in (detector, classifier):
        print(make.__name__, "parameters %d, MMAC %.2f" % (cost(make())[0], cost(make())[1] / 1e6))
