from dataclasses import replace

import pytest
import torch

from core.encoders.dance import DanceConfig, DanceEncoder
from core.encoders.decoder import DanceAutoencoder
from core.encoders.loss import reconstruction_loss

TINY = DanceConfig(joint_width=4, dim=8, graph_layers=1, graph_heads=2, layers=2, heads=2)


def features(lengths, seed=0):
    generator = torch.Generator().manual_seed(seed)
    frames = sum(lengths)
    parameters = torch.rand(frames, 53, 29, generator=generator) * 2 - 1
    return parameters, torch.rand(frames, 120, generator=generator), torch.tensor(lengths)


def lively(model):
    """Batch norm statistics and norms that are not at their start values."""
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    return model.eval()


@pytest.mark.parametrize("norm_first", [True, False])
@pytest.mark.parametrize("lengths", [[7, 3, 12, 1], [5, 5, 5]])
def test_a_bar_alone_equals_the_bar_in_a_batch(lengths, norm_first):
    torch.manual_seed(0)
    encoder = lively(DanceEncoder(replace(TINY, norm_first=norm_first)))
    parameters, affective, sizes = features(lengths)
    with torch.inference_mode():
        together = encoder(parameters, affective, sizes)
        start = 0
        for length in lengths:
            bar = slice(start, start + length)
            alone = encoder(parameters[bar], affective[bar], torch.tensor([length]))
            torch.testing.assert_close(together[bar], alone, atol=1e-5, rtol=1e-4)
            start += length


def test_padding_changes_neither_loss_nor_gradient():
    torch.manual_seed(0)
    model = lively(DanceAutoencoder(TINY))
    parameters, affective, sizes = features([9, 4])
    both = model(parameters, affective, sizes)
    singles = [
        model(parameters[:9], affective[:9], torch.tensor([9])), model(parameters[9:], affective[9:], torch.tensor([4])),
    ]
    torch.testing.assert_close(both, (singles[0] + singles[1]) / 2)
    wanted = torch.autograd.grad((singles[0] + singles[1]) / 2, list(model.parameters()))
    got = torch.autograd.grad(both, list(model.parameters()))
    for a, b in zip(got, wanted, strict=True):
        torch.testing.assert_close(a, b, atol=1e-6, rtol=1e-3)


def test_a_frame_sees_the_other_frames_of_its_bar_and_no_order():
    torch.manual_seed(0)
    encoder = lively(DanceEncoder(TINY))
    parameters, affective, sizes = features([6])
    with torch.inference_mode():
        before = encoder(parameters, affective, sizes)
        order = torch.tensor([3, 1, 0, 5, 4, 2])
        torch.testing.assert_close(encoder(parameters[order], affective[order], sizes), before[order], atol=1e-5, rtol=1e-4)
        changed = parameters.clone()
        changed[5] *= -1
        assert (encoder(changed, affective, sizes)[0] - before[0]).abs().max() > 1e-4


def test_both_kinds_of_features_and_every_parameter_matter():
    torch.manual_seed(0)
    model = DanceAutoencoder(DanceConfig(joint_width=4, dim=8, graph_heads=2, heads=2, dropout=0.0)).train()
    parameters, affective, sizes = features([9, 4])
    model(parameters.requires_grad_(), affective.requires_grad_(), sizes).backward()
    assert parameters.grad.abs().amax(dim=(0, 2)).min() > 0
    assert affective.grad.abs().amax(dim=0).min() > 0
    # A linear map before a softmax or a batch norm keeps a useless bias: only its weight must learn.
    idle = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.abs().max() > 0]
    assert all(name.endswith("bias") for name in idle)


def test_sizes_of_the_paper():
    model = DanceAutoencoder(DanceConfig())
    assert model.encoder.join.weight.shape == (256, 53 * 16)
    assert model.encoder.mix[0].weight.shape == (256, 256 + 120)
    assert len(model.encoder.temporal.layers) == 4
    assert 4_500_000 < sum(p.numel() for p in model.parameters()) < 6_500_000
    assert DanceEncoder(DanceConfig(joint_width=256)).join.weight.shape == (256, 53 * 256)


def test_the_untrained_decoder_starts_at_the_mean_frame():
    torch.manual_seed(0)
    model = DanceAutoencoder(TINY).eval()
    parameters, affective, sizes = features([9, 4])
    mean = (parameters.mean(dim=0), affective.mean(dim=0))
    with torch.inference_mode():
        before = model(parameters, affective, sizes)
        model.decoder.start_at(*mean)
        rebuilt, rebuilt_affective = model.decoder(model.encoder(parameters, affective, sizes), sizes)
        assert model(parameters, affective, sizes) < before
    assert (torch.tanh(rebuilt) - mean[0]).abs().mean() < 0.1
    assert (torch.sigmoid(rebuilt_affective) - mean[1]).abs().mean() < 0.1


def test_loss_by_hand():
    parameters, affective, sizes = features([3, 1])
    rebuilt_parameters, rebuilt_affective = torch.randn(4, 53, 29), torch.randn(4, 120)
    expected = 0.0
    for bar in (slice(0, 3), slice(3, 4)):
        expected += torch.nn.functional.mse_loss(torch.tanh(rebuilt_parameters[bar]), parameters[bar])
        expected += torch.nn.functional.mse_loss(torch.sigmoid(rebuilt_affective[bar]), affective[bar])
    got = reconstruction_loss(parameters, affective, rebuilt_parameters, rebuilt_affective, sizes)
    torch.testing.assert_close(got, expected / 2)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"joint_width": 0}, "joint_width"), ({"dim": 10**9}, "dim"), ({"dim": 250}, "divide"), ({"layers": True}, "layers"),
        ({"dropout": 1.0}, "dropout"), ({"depth": 3}, "fields"), ([], "fields"), ({"heads": "8"}, "heads"), ({"norm_first": "no"}, "norm_first"), ({"norm_first": []}, "norm_first"),
    ],
)
def test_configurations_that_cannot_be(values, message):
    with pytest.raises(ValueError, match=message):
        DanceConfig.from_dict(values)


def test_configuration_round_trip():
    assert DanceConfig.from_dict(TINY.to_dict()) == TINY
