import pytest
import torch
from torch_geometric.nn.conv import TransformerConv

from core.encoders.graph import JointMLP, TreeAttention
from core.skeleton import EDGES


@pytest.mark.parametrize(("width", "heads"), [(16, 4), (8, 1), (12, 3)])
def test_tree_attention_equals_the_layer_of_torch_geometric(width, heads):
    torch.manual_seed(1)
    ours = TreeAttention(width, heads)
    theirs = TransformerConv(width, width // heads, heads=heads)
    theirs.load_state_dict(ours.state_dict())
    edges = torch.tensor([*EDGES, *((b, a) for a, b in EDGES)]).T
    x = torch.randn(53, 5, width, requires_grad=True)
    got = ours(x)
    expected = torch.stack([theirs(x[:, frame], edges) for frame in range(5)], dim=1)
    torch.testing.assert_close(got, expected, atol=1e-5, rtol=1e-5)
    weight = torch.randn_like(got)
    (grad,) = torch.autograd.grad((got * weight).sum(), x)
    (expected_grad,) = torch.autograd.grad((expected * weight).sum(), x)
    torch.testing.assert_close(grad, expected_grad, atol=1e-5, rtol=1e-4)


def test_attention_stays_finite_for_extreme_scores():
    torch.manual_seed(0)
    layer = TreeAttention(16, 4)
    assert torch.isfinite(layer(1e4 * torch.randn(53, 3, 16))).all()


def test_attention_weights_are_dropped_only_in_training():
    torch.manual_seed(0)
    layer = TreeAttention(16, 4, dropout=0.5)
    x = torch.randn(53, 2, 16)
    assert not torch.equal(layer(x), layer(x))
    layer.eval()
    assert torch.equal(layer(x), layer(x))


def test_every_joint_has_its_own_two_layers():
    torch.manual_seed(0)
    mlp = JointMLP(29, 16)
    x = torch.randn(53, 4, 29)
    got = mlp(x)
    first, _, second = mlp
    assert first.weight.shape == (53, 29, (29 + 16) // 2)
    for joint in (0, 17, 52):
        hidden = torch.nn.functional.gelu(x[joint] @ first.weight[joint] + first.bias[joint])
        torch.testing.assert_close(got[joint], hidden @ second.weight[joint] + second.bias[joint])
