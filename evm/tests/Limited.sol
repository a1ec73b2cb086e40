// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.30;

/// Hands a call on with so much gas: a transaction with long calldata cannot have so little (EIP-7623).
contract Limited {
    /// 20 bytes of an address, 32 of gas, and the call.
    fallback(bytes calldata data) external returns (bytes memory) {
        uint256 limit = uint256(bytes32(data[20:52]));
        (bool done, bytes memory answer) = address(bytes20(data[:20])).call{gas: limit}(data[52:]);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
        return answer;
    }
}
