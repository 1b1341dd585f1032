"""Korean: for each sentence of pictures and pages, and for each rule in words, what a Korean reads.

No {0} has a particle behind it that would change with the sound of a name: 의, 에, 에서 and 만 do not.
"""

KOREAN = {
    # the legend
    "leaf, yours to change": "잎, 바꿀 수 있는 수",
    "argument": "인자",
    "operation": "연산",
    "several nodes in one": "여러 노드를 하나로",
    "the function": "함수",
    "its gradient": "함수의 기울기",
    "second derivatives": "이계 미분",
    "third derivatives": "삼계 미분",
    "higher ones": "더 높은 계수의 미분",
    "result": "결과",
    "the node drawn": "그린 노드",
    "on a line: the shape of what flows; on a card: how many nodes it stands for": (
        "선: 흐르는 것의 모양; 카드: 노드 몇 개를 나타내는지"
    ),
    "so many arrows leave no room for their numbers: print(draw(...)) tells them": (
        "화살표가 많아 수를 적을 자리가 없습니다: print(draw(...))로 볼 수 있습니다"
    ),
    "above a line: what flows forward; grad: the sum of what flows back": (
        "선 위: 앞으로 흐르는 값; grad: 뒤로 흘러온 값의 합"
    ),
    "left of a line: what flows forward; grad: the sum of what flows back": (
        "선 왼쪽: 앞으로 흐르는 값; grad: 뒤로 흘러온 값의 합"
    ),
    "below it, flowing back: upstream × local derivative = contribution": "선 아래, 뒤로: 상류 × 국소 미분 = 기여",
    "right of it, flowing back: upstream × local derivative = contribution": (
        "선 오른쪽, 뒤로: 상류 × 국소 미분 = 기여"
    ),
    "dashed: a step or a choice, over which nothing flows back": "점선: 계단이나 선택, 뒤로는 흐르지 않음",
    "–: no sweep has been there yet": "–: 아직 되돌아간 적이 없습니다",
    "in words: {0}": "글자의 뜻: {0}",
    "the upstream gradient": "상류 기울기",
    "the output": "출력",
    "the first input": "첫째 입력",
    "the second input": "둘째 입력",
    "{0} the inputs in order": "{0} 차례대로 입력",
    "positions": "자리",
    "how many": "개수",
    "a probability": "확률",
    "the model's": "모델의 것",
    "the target": "목표",
    # cards and arrows
    "leaf": "잎",
    "number": "수",
    "{0} numbers": "수 {0}개",
    "{0} node{1}": "노드 {0}개",
    "{0} nodes": "노드 {0}개",
    "{0} leaves": "잎 {0}개",
    "{0} operations": "연산 {0}개",
    "{0} uses": "{0}번 쓰임",
    "constant{0} {1}": "상수 {1}",
    "{0} constants, {1}": "상수 {0}개, {1}",
    "{0} nodes left out,": "노드 {0}개를 줄임,",
    "{0} of them leaves": "그중 잎 {0}개",
    "… {0} more": "… 외 {0}개",
    "gives {0}": "결과 {0}",
    "grad also holds what another sweep added": "grad에는 다른 때에 되돌아온 것도 더해져 있습니다",
    "{0} (scopes in it are not drawn)": "{0} (안의 스코프는 그리지 않음)",
    "back from what is left out": "줄인 곳에서 되돌아옴",
    "back from one of {0}": "{0}개 가운데 하나에서 되돌아옴",
    "back from the outputs of {0}": "{0}의 출력에서 되돌아옴",
    "{0} back through {1}": "{0}: {1}에서 되돌아옴",
    "its part of {0}": "{0}에서 자기 몫",
    "loop of {0}": "{0}번 반복",
    "parts": "부분들",
    "shape {0}": "모양 {0}",
    "all {0}": "모두 {0}",
    "nan, else {0}": "nan, 나머지는 {0}",
    "empty": "비어 있음",
    "gives": "규칙에 따라",
    "order {0}": "{0}계",
    "nothing": "없음",
    "upstream": "상류",
    "local": "국소 미분",
    "contribution": "기여",
    "{0}, told above": "{0}, 위에 적음",
    "{0}, told below": "{0}, 아래에 적음",
    "Computation graph of {0}: {1} node{2}": "{0}의 계산 그래프: 노드 {1}개",
    # what flows back, in words
    "{0} laid back through {1}": "{0} × {1}, 지나온 자리로",
    "windows of {0} weighed by {1}": "{0}의 창마다 {1} 곱의 합",
    "{0} by the rule of {1}": "{0}: {1}의 규칙대로",
    "{0} by the rule of {1} for {2}": "{0}: {1}의 규칙대로 ({2})",
    "{0} × the slope of {1} by {2}": "{0} × {1}의 미분 ({2})",
    "{0} × the slope of {1} at {2}": "{0} × {1}의 미분 ({2})",
    "{0} at [{1}], 0 elsewhere": "[{1}]에 {0}, 나머지는 0",
    "no derivative at these numbers": "이 수에서는 미분이 없음",
    # the page itself
    "{0}, step by step": "{0}: 한 걸음씩",
    "A graph": "그래프",
    "This page walks through the graph with a script; where scripts are turned off it shows the graph as it stands at "
    "the end.": "이 쪽은 스크립트로 그래프를 따라 걷습니다. 스크립트가 꺼져 있으면 마지막 모습만 보입니다.",
    "The graph with its numbers and gradients, after the backward pass": "되돌아간 뒤의 그래프, 수와 기울기",
    "Computation graph": "계산 그래프",
    "{0} In words": "{0} 말로 풀기",
    "Steps": "걸음",
    "Step": "걸음",
    "Step by": "걸음 단위",
    "Step {0} of {1}": "걸음 {0} / {1}",
    "step {0} of {1}": "걸음 {0} / {1}",
    "Previous": "이전",
    "Previous step": "이전 걸음",
    "Next": "다음",
    "Next step": "다음 걸음",
    "Play": "재생",
    "Pause": "멈춤",
    "Speed": "빠르기",
    "slow": "느리게",
    "medium": "보통",
    "fast": "빠르게",
    "very fast": "아주 빠르게",
    "arrow": "화살표",
    "node": "노드",
    "pass": "한 방향 전체",
    "Tools": "도구",
    "Ask me each number": "수마다 물어보기",
    "Scopes:": "스코프:",
    "Open all": "모두 펼치기",
    "Close all": "모두 접기",
    "Open {0}": "{0} 펼치기",
    "Close {0}": "{0} 접기",
    "closed scope": "접힌 스코프",
    "Find": "찾기",
    "name, tanh, nan, largest gradient": "이름, nan, 가장 큰 기울기",
    "largest gradient": "가장 큰 기울기",
    "No node of that name, operation, scope or number": "그런 이름이나 연산, 스코프, 수가 있는 노드는 없습니다",
    "{0}: {1} of {2}": "{0}: {1} / {2}",
    "Zoom in": "확대",
    "Zoom out": "축소",
    "Fit": "맞춤",
    "Fit, as far as it can be read": "읽을 수 있는 만큼 화면에 맞추기",
    "Keys": "단축키",
    "<kbd>←</kbd> <kbd>→</kbd> previous and next step, <kbd>Home</kbd> <kbd>End</kbd> first and last, <kbd>Space</kbd> "
    "plays and pauses, <kbd>+</kbd> <kbd>-</kbd> <kbd>0</kbd> zoom in, out and to the whole, as does the wheel "
    "with <kbd>Ctrl</kbd>, <kbd>/</kbd> finds a node.": (
        "<kbd>←</kbd> <kbd>→</kbd> 이전 걸음과 다음 걸음, <kbd>Home</kbd> <kbd>End</kbd> 처음과 끝, <kbd>Space</kbd> "
        "재생과 멈춤, <kbd>+</kbd> <kbd>-</kbd> <kbd>0</kbd> 확대, 축소, 전체(<kbd>Ctrl</kbd>를 누르고 휠을 돌려도 "
        "됩니다), <kbd>/</kbd> 노드 찾기."
    ),
    "In the graph <kbd>↑</kbd> <kbd>↓</kbd> move from node to node, <kbd>Enter</kbd> goes to the node's next step, "
    "and <kbd>f</kbd> opens or closes its scope.": (
        "그래프에서는 <kbd>↑</kbd> <kbd>↓</kbd>로 노드 사이를 옮겨 다니고, <kbd>Enter</kbd>로 그 노드의 다음 걸음에 "
        "가고, <kbd>f</kbd>로 그 노드의 스코프를 펼치거나 접습니다."
    ),
    "The address ends in the step: it can be kept, or sent to somebody; with <kbd>&amp;ask</kbd> behind it, it asks "
    "for each number.": (
        "주소 끝에 걸음이 적혀 있어서 그대로 간직하거나 남에게 보낼 수 있습니다. 뒤에 <kbd>&amp;ask</kbd>를 붙이면 "
        "수마다 물어봅니다."
    ),
    "All digits: {0}": "모든 자리: {0}",
    # cards
    "data {0}, gradient {1}": "값 {0}, 기울기 {1}",
    "not yet known": "아직 모름",
    "none yet": "아직 없음",
    "several outputs": "출력 여럿",
    "gradient of {0}": "{0}의 기울기",
    "back to {0}: {1}": "{0}에 되돌려주는 값: {1}",
    "no finite number": "유한한 수 없음",
    "and {0} more": "외 {0}개",
    "Point at an entry of the product: the row and the column that it is made of light up.": (
        "곱의 원소를 가리켜 보세요. 그 원소를 만든 행과 열이 빛납니다."
    ),
    # the words of steps
    "Forward": "앞으로",
    "Backward": "뒤로",
    "Turning round": "돌아서기",
    "What is given": "주어진 것",
    "The leaves hold what was chosen: {0}{1}.": "잎에는 고른 수가 들어 있습니다: {0}{1}.",
    ", and {0} more": ", 그 밖에 {0}개",
    "First forward: each node is computed from its inputs, up to {0}. Then backward: each arrow hands back how much "
    "{1} changes when its start does.": (
        "먼저 앞으로 갑니다. 노드마다 입력으로부터 값을 계산해서 {0}에 이릅니다. 그다음에는 뒤로 갑니다. 화살표마다, "
        "시작점이 변할 때 {1}의 값이 얼마나 변하는지를 돌려줍니다."
    ),
    "{0} is computed": "{0}의 값 계산하기",
    "Its numbers": "값",
    "With their numbers": "수를 넣으면",
    "Of a large array the shape and the norm are shown.": "큰 배열은 모양과 norm만 보입니다.",
    "All that is in it is one step here; open it to walk through it.": (
        "이 안의 모든 일이 여기서는 한 걸음입니다. 펼치면 하나씩 걸어 볼 수 있습니다."
    ),
    "{0} hands back": "{0}에서 되돌려주기",
    "To each of its inputs what comes to {0}, times its own derivative{1}.": (
        "{0}에 온 것에 자기 미분을 곱해서 입력마다 건넵니다{1}."
    ),
    " (the first twelve)": " (처음 열둘만)",
    "In it, {0}": "안에 있는 {0}",
    "To {0}{1}": "{0}에{1}",
    "; g is the upstream": "; g는 상류",
    "The gradient starts at {0}": "기울기는 {0}에서 시작합니다",
    "The forward pass is done: {0} = {1}.": "앞으로 가기가 끝났습니다: {0} = {1}.",
    "How it changes with itself": "자기 자신이 변할 때 변하는 정도",
    "Its seed, with which the sweep begins": "되돌아가기를 시작하는 값",
    "From here every arrow multiplies what comes from its end by its own local derivative.": (
        "여기서부터는 화살표마다, 끝점에서 온 것에 자기 국소 미분을 곱합니다."
    ),
    "{0} hands on to {1}": "{0}에서 {1}에 건네기",
    "The arrow hands {0} to {1}.": "이 화살표가 {1}에 건네는 값은 {0}입니다.",
    "Upstream": "상류",
    "Upstream, at the arrow's end": "상류, 화살표의 끝점에서",
    "Local derivative": "국소 미분",
    "Upstream × local derivative": "상류 × 국소 미분",
    "{0}, for each element:": "{0}, 원소마다:",
    "Carried back; g is the upstream": "되돌아가는 값; g는 상류",
    "element by element{0}:": "원소마다{0}:",
    ", as the rule says": ", 규칙에 따라",
    ", but for rounding": ", 반올림 오차를 빼면",
    "The sum in {0}": "{0}에 모인 합",
    "with what was there{0}:": "이미 있던 것과 함께{0}:",
    "the first to arrive:": "처음 도착한 것:",
    "handed on: {0}; the sum: {1}": "건넨 값: {0}; 합: {1}",
    "{0} takes {1} more than once; this is its input {2}. ": (
        "{0}에는 {1} 입력이 여러 번 들어갑니다. 이것은 {2}번째 입력입니다. "
    ),
    "{0} more arrow{1} will add to {2}'s gradient.": "화살표 {0}개가 더 와서 {2}의 기울기에 보탭니다.",
    "Over dashed arrows nothing comes back: its gradient is complete.": (
        "점선 화살표로는 아무것도 되돌아오지 않습니다. 기울기가 다 모였습니다."
    ),
    "No other arrow leaves {0}: its gradient is complete.": (
        "{0}에서 나가는 화살표는 더 없습니다. 기울기가 다 모였습니다."
    ),
    "Too early: {0} still waits for {1} arrow{2}. What it hands on is not its whole gradient.": (
        "너무 이릅니다. {0}에는 아직 화살표 {1}개가 더 와야 합니다. 지금 건네는 것은 온전한 기울기가 아닙니다."
    ),
    "Too late: {0} has handed its gradient on already; this part goes no further.": (
        "너무 늦었습니다. {0}의 기울기는 이미 건넨 뒤라서, 이 몫은 더 나아가지 못합니다."
    ),
    "Done": "끝",
    "How much {0} changes with each leaf{1}:": "잎마다, 그 잎이 변할 때 {0}의 값이 변하는 정도{1}:",
    "none: only steps and choices lead there": "없음: 계단이나 선택으로만 이어집니다",
    " (right: {0})": " (옳은 값: {0})",
    "Wrong: {0}. A gradient was handed on before its sum was complete.": (
        "틀린 곳: {0}. 합이 다 모이기 전에 기울기를 건넸습니다."
    ),
    "Each gradient is the sum over all the paths that lead from it to the end.": (
        "기울기는 그 잎에서 끝까지 가는 모든 길에 대한 합입니다."
    ),
    "The code: {0}": "코드: {0}",
    # the learner's questions
    "What is {0}?": "{0}의 값은 얼마일까요?",
    "{0} is {1}.": "{0}의 값은 {1}입니다.",
    "It is below 0.": "0보다 작습니다.",
    "It is 0 or above.": "0 이상입니다.",
    "Its size, to one digit, is {0}.": "크기는 한 자리로 어림하면 {0}입니다.",
    "What does the arrow hand to {0}?": "이 화살표가 {0}에 건네는 값은 얼마일까요?",
    "The chain rule: what {0} has, the upstream, times {1}'s own derivative by {2}.": (
        "연쇄 법칙: {0}에 온 것, 곧 상류에 {2}에 대한 {1}의 국소 미분을 곱합니다."
    ),
    "That local derivative: {0} = ?{1}": "그 국소 미분은 {0} = ?{1}",
    " Here {0} = {1}.": " 여기서 {0} = {1}.",
    "It is {0}. So {1} × {2} = ?": "{0}입니다. 그러면 {1} × {2} = ?",
    "That is the local derivative; multiply it by the upstream {0}.": "그것은 국소 미분입니다. 상류 {0}도 곱하세요.",
    "That is the upstream; multiply it by the local derivative.": "그것은 상류입니다. 국소 미분도 곱하세요.",
    "That is the sum in {0}; asked is what this arrow alone hands on.": (
        "그것은 {0}에 모인 합입니다. 이 화살표 하나가 건네는 값을 물었습니다."
    ),
    "The size is right; look at the sign again.": "크기는 맞았습니다. 부호를 다시 보세요.",
    "{0} = {1}, and the upstream is {2}.": "{0} = {1}, 상류는 {2}입니다.",
    "Check": "확인",
    "Hint": "힌트",
    "Show me": "답 보기",
    "It is {0}.": "답은 {0}입니다.",
    "Right: {0}.": "맞았습니다: {0}.",
    "Not {0}. {1}": "아닙니다: {0}. {1}",
    "Type a number, such as -0.25 or 1/3; three digits are enough.": (
        "-0.25나 1/3처럼 수를 적어 주세요. 세 자리면 충분합니다."
    ),
    "Score: {0} of {1} by yourself, {2} with help, {3} shown.": (
        "점수: {1}개 가운데 스스로 {0}개, 도움받아 {2}개, 답을 본 것 {3}개."
    ),
    # the teacher's
    "Which card lies?": "어느 카드가 거짓말을 할까요?",
    "The card that lies": "거짓말하는 카드",
    "This one lies": "이 카드가 거짓말해요",
    "One card lies ": "카드 하나가 거짓말을 합니다. ",
    "about its own derivative by one of its inputs. Walk back and check each product, or nudge: the lie is where "
    "the measured slope and the chain rule begin to differ.": (
        "어느 입력에 대한 자기 미분이 틀렸습니다. 뒤로 걸으며 곱을 하나씩 확인하거나 수를 조금 움직여 보세요. 잰 "
        "기울기와 연쇄 법칙이 달라지기 시작하는 곳에 거짓말이 있습니다."
    ),
    "{0} tells the truth. Look further.": "{0} 카드는 참말을 합니다. 더 찾아보세요.",
    "Found, {0}: of ∂{1}/∂{2} {3}.": "찾았습니다({0}): ∂{1}/∂{2}의 {3}.",
    "at once": "단번에",
    "at try {0}": "{0}번째에",
    "its sign is turned round": "부호가 뒤집혀 있습니다",
    "it is twice what it should be": "값이 옳은 값의 두 배입니다",
    "it is half of what it should be": "값이 옳은 값의 절반입니다",
    "it is the input itself that it multiplies by, not the other one": "값이 다른 쪽 입력이 아니라 그 입력 자신입니다",
    # numbers that can be changed
    "Change the numbers": "수 바꿔 보기",
    "Reset": "되돌리기",
    "{0}, slider": "{0}, 슬라이더",
    "{0}, index {1}": "{0}, {1}번 축의 자리",
    "The number at": "자리:",
    "The kernel has not answered for five seconds: it computes, or has gone.": (
        "커널이 5초 동안 답이 없습니다. 계산하고 있거나 꺼졌습니다."
    ),
    "a change is of a leaf of this graph, one of its numbers, and another number": (
        "이 그래프의 잎에 있는 수 하나를 다른 수로만 바꿀 수 있습니다"
    ),
    "with these numbers other arrows carry a gradient: make the page anew": (
        "이 수에서는 기울기가 다른 화살표로 흐릅니다. 쪽을 새로 만드세요"
    ),
    "Its numbers stand still: {0}.": "여기서는 수를 바꿀 수 없습니다: {0}.",
    "it has {0} nodes, and a page computes {1} at most": "노드가 {0}개인데, 쪽에서는 {1}개까지 계산합니다",
    "it holds arrays, and a page computes with numbers alone": "배열이 들어 있는데, 쪽에서는 수만 계산합니다",
    "a page does not know how to compute {0}": "쪽에서 계산할 줄 모르는 연산이 있습니다({0})",
    "which branch its where takes is computed too, and other numbers would make other arrows": (
        "where가 고르는 갈래도 계산된 것이라, 수가 바뀌면 화살표도 바뀝니다"
    ),
    "a page cannot train this graph: {0}": "쪽에서 이 그래프를 훈련할 수 없습니다: {0}",
    "Nudge a number": "수를 조금 움직여 보기",
    "Raise": "올릴 노드",
    "Raise ": "올릴 노드 ",
    "by h": "올릴 폭 h",
    "by h = ": "올릴 폭 h = ",
    "h is a number, and not 0.": "h에는 0이 아닌 수를 적어 주세요.",
    "{0} changes by": "{0}의 변화",
    "gradient × h": "기울기 × h",
    "Slope measured, h to both sides": "양쪽으로 h씩 움직여 잰 기울기",
    "Chain rule, {0}": "연쇄 법칙, {0}",
    "They agree to the last digit.": "마지막 자리까지 같습니다.",
    "They agree to {0} digit{1}; what is left is the bend of the curve within h, and rounding.": (
        "{0}자리까지 같습니다. 나머지는 h 안에서 곡선이 휜 만큼과 반올림 오차입니다."
    ),
    "There is no slope to measure here.": "여기서는 기울기를 잴 수 없습니다.",
    "h is so small that rounding hides the slope: try a larger h.": (
        "h가 너무 작아 반올림 오차에 기울기가 묻힙니다. 더 큰 h로 해 보세요."
    ),
    "They differ. A kink or a bend within h may be why; try a smaller h. Else a derivative is wrong.": (
        "서로 다릅니다. h 안에서 꺾이거나 휘어서일 수 있으니 더 작은 h로 해 보세요. 그래도 다르면 미분이 틀린 것입니다."
    ),
    # training
    "Training: w ← w − lr · gradient, again and again": "훈련: w ← w − lr · 기울기, 거듭거듭",
    "One training step back": "훈련 한 걸음 뒤로",
    "One training step on": "훈련 한 걸음 앞으로",
    "Train": "훈련하기",
    "Training step": "훈련 걸음",
    "steps": "걸음 수",
    "steps ": "걸음 수 ",
    "Step {0} of {1}: {2} = {3}": "걸음 {0} / {1}: {2} = {3}",
    ", logarithmic": ", 로그 눈금",
    "{0} is no number": "{0}의 값은 수가 아닙니다",
    "The next step: {0}{1}": "다음 걸음: {0}{1}",
}

RULES = {
    # a letter in them is followed by no Korean one, else it would not be seen to be a letter
    "1 above 0, 0 at 0 and below": "0보다 크면 1, 0 이하면 0",
    "1 above 0, slope at 0 and below": "0보다 크면 1, 0 이하면 slope",
    "1 above 0, alpha · exp(x) at 0 and below": "0보다 크면 1, 0 이하면 alpha · exp(x)",
    "sign(x), 0 at 0": "sign(x), 0에서는 0",
    "x × Φ(x), nearly": "대략 x × Φ(x)",
    "the largest in each window": "창마다 가장 큰 수",
    "the mean of each window": "창마다 평균",
    "weight laid over each window of x": "창마다 sum(weight × x)",
    "g laid back through weight": "g × weight, 지나온 자리로",
    "windows of x weighed by g": "창마다 sum(g × x)",
    "g to the largest in each window": "창마다 가장 큰 수에 g",
    "g / n to all in each window": "창의 모든 수에 g / n",
    "mean of (outputs - targets)²": "(outputs - targets)²의 평균",
    "mean of (x - mean(x))²": "(x - mean(x))²의 평균",
    "mean of |outputs - targets|": "|outputs - targets|의 평균",
    "sum of (outputs - targets)²": "(outputs - targets)²의 합",
    "mean of -(t × log p + (1 - t) × log(1 - p))": "-(t × log p + (1 - t) × log(1 - p))의 평균",
    "mean of t × softplus(-x) + (1 - t) × softplus(x)": "평균: t × softplus(-x) + (1 - t) × softplus(x)",
    "mean of -target · log softmax(logits)": "-target · log softmax(logits)의 평균",
    "mean of -log_probabilities[label]": "-log_probabilities[label]의 평균",
    "mean of max(0, 1 - label × score)": "max(0, 1 - label × score)의 평균",
    "sum of p × (log p - log q), the mean over rows": "p × (log p - log q)의 합, 행에 걸쳐 평균",
    "-g / n at each label": "label마다 -g / n",
    "-g × label / n where the margin is missed": "여백이 모자라는 곳에 -g × label / n",
}
