"""`model.safetensors`: the parameters under the names that nn.Sequential gives them in `train.py`."""

import numpy as np
from numpy.typing import NDArray

from backend.logic.architecture import Architecture
from backend.logic.config import RunConfig
from backend.runs.layout import MODEL, checkpoint_id, config_hash
from backend.runs.modules import parameter_names
from backend.runs.tensor_file import TensorKind, check_finite, read_tensors, tensor_bytes


def named_parameters(config: RunConfig, parameters: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """The state_dict of the network.

    Args:
        config: of the network.
        parameters: (P,) in the order of `Architecture`.

    Returns:
        Views of the parameters, in that order.
    """
    return dict(zip(parameter_names(config), Architecture.of(config).arrays(parameters), strict=True))


def model_bytes(config: RunConfig, parameters: NDArray[np.float32]) -> bytes:
    """`model.safetensors` of a network with these parameters (P,)."""
    metadata = {"checkpoint_id": checkpoint_id(parameters), "config_hash": config_hash(config)}
    return tensor_bytes(named_parameters(config, parameters), metadata)


def read_model(data: bytes, config: RunConfig) -> NDArray[np.float32]:
    """The parameters of the config's network, (P,) float32 in the order of `Architecture`.

    Args:
        data: what is in the file.
        config: of the network.

    Raises:
        RunFileError: they are not in the file.
    """
    shapes = Architecture.of(config).shapes
    kinds = {name: TensorKind("F32", shape) for name, shape in zip(parameter_names(config), shapes, strict=True)}
    tensors = read_tensors(data, kinds, MODEL)
    parameters = np.concatenate([tensors[name].ravel() for name in kinds])
    check_finite(parameters, "weights", MODEL)
    return parameters
